import type { FileDesk } from '#engine/index.ts'
import { findFile } from '../db/find-file.ts'
import { insertFile } from '../db/insert-file.ts'
import type { Deps } from '../deps.ts'
import { newFile } from './new-file.ts'

/** The files of workspaces, as steps of runs may use them. */
export function createFileDesk({ pool }: Pick<Deps, 'pool'>): FileDesk {
  return {
    open: (workspaceId, id, mostBytes) => findFile(pool, workspaceId, id, mostBytes),
    async keep({ id: runId, flowId, workspaceId }, { name, type, content }) {
      const { file } = newFile(name, type, Buffer.from(content.buffer, content.byteOffset, content.byteLength))
      await insertFile(pool, { id: file.id, workspaceId, flowId, runId, name: file.name, type: file.type, content })
      return { $file: file.id, name: file.name, type: file.type, size: file.size }
    },
  }
}
