import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

export interface FolderSize {
  files: number
  bytes: number
  /** The first thing in it that is neither a file nor a folder, such as a link to somewhere else. */
  odd?: string
}

/** Counts what a folder holds, following nothing; gives up as soon as it is beyond the limits. */
export async function measureFolder(folder: string, most: { files: number; bytes: number }): Promise<FolderSize> {
  const size: FolderSize = { files: 0, bytes: 0 }
  const left = [folder]
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    // What npm moves away meanwhile is not counted.
    const entries = await readdir(at, { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      const path = join(at, entry.name)
      if (entry.isDirectory()) left.push(path)
      else if (!entry.isFile()) size.odd ??= path.slice(folder.length + 1)
      else {
        size.files++
        size.bytes += await lstat(path).then(
          (facts) => facts.size,
          () => 0,
        )
      }
      if (size.files > most.files || size.bytes > most.bytes) return size
    }
  }
  return size
}
