import { flowFile } from './flow-files.ts'
import { checksum } from './folder-state.ts'
import type { Folder } from './folder.ts'
import { countChanges, excerpt, lineDifference } from './line-difference.ts'
import { planPull } from './plan-pull.ts'

/** What is to be done about files that were changed on both sides. */
export type OnConflict = 'refuse' | 'theirs' | 'beside'

export interface TakenIn {
  written: string[]
  removed: string[]
  /** Changed here, and left as they are. */
  kept: string[]
  /** Changed here, and no longer part of the flow. */
  orphans: string[]
  /** Changed on both sides; unless they were settled, nothing was written at all. */
  conflicts: FileConflict[]
  /** Where what was overwritten here lies. */
  copies: string[]
}

export interface FileConflict {
  path: string
  summary: string
  lines: string[]
}

const mostLines = 12

/** Brings a folder to what the server has, leaving alone what was changed here. */
export async function takeIn(
  folder: Folder,
  before: { [path: string]: string },
  remote: ReadonlyMap<string, string>,
  onConflict: OnConflict,
): Promise<TakenIn> {
  const done: TakenIn = { written: [], removed: [], kept: [], orphans: [], conflicts: [], copies: [] }
  const writes: { path: string; text: string; isOverMine: boolean }[] = []
  for (const path of new Set([...remote.keys(), ...Object.keys(before)])) {
    const mine = await folder.read(path)
    const theirs = remote.get(path)
    const outcome = planPull({
      before: before[path],
      mine: mine === undefined ? undefined : checksum(path, mine),
      theirs: theirs === undefined ? undefined : checksum(path, theirs),
    })
    if (outcome === 'orphan') done.orphans.push(path)
    if (outcome === 'remove') done.removed.push(path)
    if (theirs === undefined || (outcome === 'same' && mine === theirs)) continue
    const isMine = outcome === 'mine' || outcome === 'conflict'
    if (!isMine || onConflict === 'theirs') writes.push({ path, text: theirs, isOverMine: isMine })
    else if (outcome === 'conflict' && isWork(path)) {
      const changes = lineDifference(mine ?? '', theirs)
      done.conflicts.push({ path, summary: countChanges(changes), lines: excerpt(changes, mostLines) })
      if (onConflict === 'beside') writes.push({ path: besidePath(path), text: theirs, isOverMine: false })
    } else done.kept.push(path)
  }
  if (done.conflicts.length > 0 && onConflict === 'refuse') return { ...done, removed: [] }
  for (const { path, text, isOverMine } of writes) {
    const copy = isOverMine ? await folder.keepCopy(path) : undefined
    if (copy !== undefined) done.copies.push(copy)
    await folder.write(path, text)
    done.written.push(path)
  }
  for (const path of done.removed) await folder.remove(path)
  return done
}

/** Where the server's version of a file lies while it waits to be merged by hand. */
export function besidePath(path: string): string {
  return `${path}.theirs`
}

/** What a push uploads. The rest is made for reading: where it was changed here, it simply stays. */
export function isWork(path: string): boolean {
  return path === flowFile || path.startsWith('steps/')
}
