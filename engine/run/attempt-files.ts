import { AppError } from '#shared/errors.ts'
import type { StoredFile } from '#shared/stored-file.ts'
import type { ActionFiles, FileDesk } from '../ports.ts'

/** The files that an attempt of a step may use: those of its workspace, and those it makes itself. */
export function filesOf(
  desk: FileDesk | undefined,
  run: { id: string; flowId: string; workspaceId: string },
  mostBytes: number,
): ActionFiles {
  return {
    mostBytes,
    async open(id, most = mostBytes) {
      const file = await desk?.open(run.workspaceId, id, most)
      if (file === undefined)
        throw new AppError('file_gone', `The file ${id.slice(0, 100)} is not there, or is kept no longer. Send it again.`)
      if (file.content === undefined)
        throw new AppError('too_large', `The file has ${file.size} bytes, and ${most} is the most that can be read here.`)
      return { name: file.name, type: file.type, content: file.content }
    },
    async keep(file): Promise<StoredFile> {
      if (desk === undefined) throw new AppError('invalid_input', 'No files can be kept here.')
      if (file.content.byteLength > mostBytes)
        throw new AppError(
          'too_large',
          `The file has ${file.content.byteLength} bytes; ${mostBytes} is the most (HOLDFAST_LIMIT_FILE).`,
        )
      return desk.keep(run, file)
    },
  }
}
