import type { ApiClient } from './api-client.ts'
import { fetchFlow } from './fetch-flow.ts'
import { checksum, type FolderState, writeFolderState } from './folder-state.ts'
import type { Folder } from './folder.ts'
import { remoteFiles } from './remote-files.ts'
import { takeIn, type TakenIn } from './take-in.ts'

/**
 * After a push: makes the folder what the server has now, except for what was changed here meanwhile. `pushed` is what
 * was read of each file. Gives nothing when somebody else has saved since: theirs comes with the next pull.
 */
export async function settleFolder(
  client: ApiClient,
  folder: Folder,
  state: FolderState,
  pushed: ReadonlyMap<string, string>,
): Promise<TakenIn | undefined> {
  const before = { ...state.files, ...checksums(pushed) }
  const flow = await fetchFlow(client, state.flow)
  if (flow.revision !== state.revision) {
    await writeFolderState(folder, { ...state, files: before })
    return undefined
  }
  const remote = await remoteFiles(client, flow)
  const taken = await takeIn(folder, before, remote, 'refuse')
  await writeFolderState(folder, { ...state, files: checksums(remote) })
  return taken
}

/** What a folder remembers of files. */
export function checksums(files: ReadonlyMap<string, string>): { [path: string]: string } {
  return Object.fromEntries([...files].map(([path, text]) => [path, checksum(path, text)]))
}
