import { chmod, mkdir, stat } from 'node:fs/promises'
import { dirname, sep } from 'node:path'
import type { SystemUser } from './system-user.ts'

const searchable = 0o1

/**
 * Lets a user pass through the folders on the way to a path, as far as they are ours to open. Gives the first folder
 * that stays closed, or undefined when the way is free.
 */
export async function openWayTo(path: string, user: SystemUser, ours: string[]): Promise<string | undefined> {
  for (const folder of ancestorsOf(path)) {
    const facts = await stat(folder)
    if (allows(facts, user, searchable)) continue
    if (!ours.some((own) => folder === own || folder.startsWith(own + sep))) return folder
    await chmod(folder, (facts.mode & 0o7777) | 0o001)
  }
  return undefined
}

/** Whether a user's permission bits on a file or folder include what is asked (1 search, 4 read, 5 both). */
export function allows(facts: { mode: number; uid: number; gid: number }, user: SystemUser, wanted: number): boolean {
  const shift = facts.uid === user.uid ? 6 : facts.gid === user.gid ? 3 : 0
  return ((facts.mode >> shift) & wanted) === wanted
}

/** The folder and all above it, from the root down. */
function ancestorsOf(path: string): string[] {
  const parent = dirname(path)
  return parent === path ? [path] : [...ancestorsOf(parent), path]
}

/** Where things of ours go that the database's user must reach although the folder they belong in is closed to it. */
export const systemFolder = '/var/lib/holdfast'

export async function ensureSystemFolder(): Promise<void> {
  // Opened afterwards: a strict umask takes away from the mode a folder is made with.
  if ((await mkdir(systemFolder, { recursive: true })) !== undefined) await chmod(systemFolder, 0o755)
}
