import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../server/embedded/index.ts'

/** Gives every test a PostgreSQL: the one TEST_DATABASE_URL names, else one of this test run's own. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['TEST_DATABASE_URL']) return undefined
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  const quiet = { info: () => undefined, warn: (_facts: object, message: string) => console.warn(message) }
  const database = await startEmbeddedPostgres({ dataDir, log: quiet })
  const release = stopIfWeDie(database.pid, dataDir)
  process.env['TEST_DATABASE_URL'] = database.url
  return async () => {
    await database.stop()
    release()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/**
 * The server is made to outlive its starter, which a killed test run must not leave behind: a shell waits for our end
 * of a pipe to close, whatever closes it, and clears up.
 */
function stopIfWeDie(pid: number, dataDir: string): () => void {
  const script = `cat >/dev/null; kill -QUIT ${pid} 2>/dev/null; sleep 1; rm -rf "$1"`
  const watcher = spawn('sh', ['-c', script, 'sh', dataDir], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  watcher.unref()
  return () => void watcher.kill('SIGKILL')
}
