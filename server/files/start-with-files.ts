import { deleteFiles } from '../db/delete-files.ts'
import { type FileOwner, insertFile } from '../db/insert-file.ts'
import type { Deps } from '../deps.ts'
import type { FileWithBytes } from './new-file.ts'

/**
 * Keeps the files that came with something before anything refers to them, then starts what they came for. When that
 * turns out to have been sent before, the run has the files that came first, and these go again; those of a server
 * that dies here are cleared away later.
 */
export async function startWithFiles<T extends { isRepeat?: boolean | undefined }>(
  { pool }: Pick<Deps, 'pool'>,
  place: { workspaceId: string; flowId: string } & FileOwner,
  files: readonly FileWithBytes[],
  start: () => Promise<T>,
): Promise<T> {
  for (const { file, content } of files)
    await insertFile(pool, { ...place, id: file.id, name: file.name, type: file.type, content })
  const outcome = await start()
  if (outcome.isRepeat && files.length > 0)
    await deleteFiles(
      pool,
      files.map(({ file }) => file.id),
    )
  return outcome
}
