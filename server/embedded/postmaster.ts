import { execFile, spawn } from 'node:child_process'
import { open, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Binaries } from './binaries.ts'
import { endLeftovers } from './end-leftovers.ts'
import { isAlive } from './is-alive.ts'
import type { Place } from './place.ts'
import { reasonIn } from './reason-in.ts'
import { StartError } from './start-error.ts'

export interface Postmaster {
  pid: number
  port: number
}

/** `isNew`: launched by this very call. */
export type FoundPostmaster = Postmaster & { isNew: boolean }

const run = promisify(execFile)
const startDeadlineMs = 120_000 // recovery after a crash replays the log since the last checkpoint
const stopDeadlineMs = 20_000
const leftoverPatienceMs = 30_000
/** What a server that was killed has left running ends by itself within a moment, or never. */
const leftoverMomentMs = 2000
const maxLogBytes = 10 * 1024 * 1024

// Durable first. Memory is for a server that shares its machine; PostgreSQL leans on the page cache for the rest.
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // Nothing replicates from here, and less is logged this way.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  max_connections: '200',
  shared_buffers: '128MB',
  work_mem: '8MB',
  jit: 'off',
  io_method: 'sync',
  timezone: 'UTC',
  lc_messages: 'C',
  log_line_prefix: '%m [%p] ',
  // Above errors of statements, which Holdfast is told anyway: strangers could fill the disk with them.
  log_min_messages: 'log',
}

/** The server of this cluster: one that outlived its Holdfast, or a new one. Resolves when it takes connections. */
export async function findOrLaunchPostmaster(
  place: Place,
  binaries: Binaries,
  cluster: string,
  wantedPort?: number,
): Promise<FoundPostmaster> {
  const begun = performance.now()
  for (let tries = 1; ; tries++) {
    const running = await findPostmaster(cluster)
    if (running) return { ...(await untilReady(cluster, place, () => isAlive(running.pid))), isNew: false }
    const port = wantedPort ?? (await freePort())
    try {
      return { ...(await launch(place, binaries, cluster, port)), isNew: true }
    } catch (error) {
      const isHeld = error instanceof StartError && error.message.includes('shared memory block')
      const waitedMs = performance.now() - begun
      if (isHeld && waitedMs > leftoverMomentMs) await endLeftovers(cluster)
      if (isHeld && waitedMs < leftoverPatienceMs) await sleep(200)
      // Somebody took the port, or another process launched it at the same moment: the next look tells.
      else if (tries >= 5) throw error
    }
  }
}

/** Ends the server: connections are cut, everything is on disk, the next start needs no recovery. */
export async function stopPostmaster(cluster: string): Promise<void> {
  const running = await findPostmaster(cluster)
  if (!running) return
  process.kill(running.pid, 'SIGINT')
  if (await untilGone(running.pid)) return
  process.kill(running.pid, 'SIGQUIT')
  await untilGone(running.pid)
}

async function untilGone(pid: number): Promise<boolean> {
  for (const deadline = performance.now() + stopDeadlineMs; performance.now() < deadline;) {
    if (!isAlive(pid)) return true
    await sleep(10)
  }
  return false
}

async function launch(place: Place, binaries: Binaries, cluster: string, port: number): Promise<Postmaster> {
  const logFile = logIn(place)
  const log = await open(logFile, (await sizeOf(logFile)) > maxLogBytes ? 'w' : 'a', 0o600)
  const logStart = (await log.stat()).size
  const args = [
    '-D',
    cluster,
    '-p',
    String(port),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
  // A session of its own: neither a Ctrl-C in our terminal nor our death ends it. Our environment stays ours.
  const child = spawn(binaries.postgres, args, {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { LC_ALL: 'C', TZ: 'UTC' },
    cwd: place.home,
    ...place.user,
  })
  let failed = false
  child.once('error', () => (failed = true))
  child.once('exit', () => (failed = true))
  child.unref()
  await log.close()
  return untilReady(cluster, place, () => !failed, logStart)
}

async function untilReady(cluster: string, place: Place, lives: () => boolean, logStart = 0): Promise<Postmaster> {
  for (const deadline = performance.now() + startDeadlineMs; performance.now() < deadline;) {
    const lines = await readPidFile(cluster)
    if (lines?.status === 'ready' && isAlive(lines.pid)) return lines
    if (!lives()) throw await whyItStopped(place, logStart)
    await sleep(15)
  }
  throw new StartError(
    `The embedded database in ${cluster} did not get ready within ${startDeadlineMs / 1000} s; its log is ${logIn(place)}.`,
  )
}

async function whyItStopped(place: Place, logStart: number): Promise<StartError> {
  const said = (await readFile(logIn(place))).subarray(logStart).toString()
  if (/No space left/.test(said)) {
    return new StartError(`There is no space left for the embedded database in ${place.home}; free some, then start again.`)
  }
  return new StartError(`The embedded database in ${place.home} did not start: ${reasonIn(said)} Its log is ${logIn(place)}.`)
}

/** The server that holds this cluster, if one lives. A pid file left by a crash is removed when its pid is another program's by now. */
async function findPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const found = await readPidFile(cluster)
  if (!found || !isAlive(found.pid)) return undefined // PostgreSQL itself replaces the file of a dead one
  if ((await commandOf(found.pid)).includes(cluster)) return found
  await rm(join(cluster, 'postmaster.pid'), { force: true })
  return undefined
}

async function readPidFile(cluster: string): Promise<(Postmaster & { status: string }) | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => undefined)
  const lines = text?.split('\n') ?? []
  const pid = Number(lines[0])
  return pid > 0 ? { pid, port: Number(lines[3]), status: (lines[7] ?? '').trim() } : undefined
}

async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return run('ps', ['-p', String(pid), '-o', 'command=']).then(
    ({ stdout }) => stdout,
    () => '',
  )
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port')
  return address.port
}

export function logIn(place: Place): string {
  return join(place.home, 'postgres.log')
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (facts) => facts.size,
    () => 0,
  )
}
