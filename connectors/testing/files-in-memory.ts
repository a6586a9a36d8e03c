import { AppError } from '#shared/errors.ts'
import type { FileContent, Files } from '../define.ts'

/** Files that only live in a test, as steps see those of their workspace. */
export function filesInMemory(given: { [id: string]: FileContent } = {}): Files & { kept: Map<string, FileContent> } {
  const kept = new Map(Object.entries(given))
  return {
    kept,
    mostBytes: 1024 ** 2,
    async open(id) {
      const file = kept.get(id)
      if (file === undefined) throw new AppError('file_gone', 'There is no such file.')
      return file
    },
    async keep(file) {
      const id = `file_${kept.size + 1}`
      kept.set(id, file)
      return { $file: id, name: file.name, type: file.type, size: file.content.byteLength }
    },
  }
}
