import { cp, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'

const folders = ['shared', 'engine', 'connectors', 'server']

/** What a server needs, as it is now: whoever goes on editing changes nothing under a chaos that is under way. */
export async function copySources(root: string, copy: string): Promise<void> {
  await mkdir(copy, { recursive: true })
  for (const folder of folders) await cp(join(root, folder), join(copy, folder), { recursive: true })
  await cp(join(root, 'package.json'), join(copy, 'package.json'))
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
}
