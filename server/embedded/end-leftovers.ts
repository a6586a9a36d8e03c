import { readdir, readFile, readlink, realpath } from 'node:fs/promises'

/**
 * Ends what a database server that was killed has left running in the folder of its cluster. Most of it ends by itself
 * once the server is gone; a session that waits for something another one held never looks, and keeps the memory that
 * the next server has to be alone with. Only where the system tells which processes those are; elsewhere nothing is done.
 */
export async function endLeftovers(cluster: string): Promise<void> {
  if (process.platform !== 'linux') return
  const folder = await realpath(cluster)
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || !(await isLeftover(name, folder))) continue
    try {
      process.kill(Number(name), 'SIGKILL')
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error // It has ended by itself.
    }
  }
}

/** A session is known by where it works, and a server's by the server above it. */
async function isLeftover(pid: string, folder: string): Promise<boolean> {
  try {
    if ((await readlink(`/proc/${pid}/cwd`)) !== folder) return false
    if (!(await readFile(`/proc/${pid}/cmdline`, 'utf8')).startsWith('postgres: ')) return false
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]
    return !(await readFile(`/proc/${parent}/cmdline`, 'utf8')).includes(folder)
  } catch {
    return false // It has ended meanwhile, or is somebody else's.
  }
}
