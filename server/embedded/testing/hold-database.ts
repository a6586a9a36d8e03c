import { StartError, startEmbeddedPostgres } from '../index.ts'

/** A stand-in for the server process in tests: holds an embedded database until it is killed or asked to stop. */
const log = { info: () => undefined, warn: () => undefined }
try {
  const database = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '', log })
  process.on('SIGTERM', () => void database.stop().then(() => process.exit(0)))
  process.stdout.write(`${JSON.stringify({ url: database.url, pid: database.pid })}\n`)
  setInterval(() => undefined, 1 << 30)
} catch (error) {
  if (!(error instanceof StartError)) throw error
  process.stderr.write(error.message)
  process.exitCode = 1
}
