import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { type Proxy, startProxy } from '#engine/testing/proxy.ts'
import type { Reaper } from './reaper.ts'

export type Role = 'web' | 'worker' | 'all'

/** One place a server runs at: always the same port and the same way to the database, whatever process is there. */
export interface Place {
  readonly name: string
  readonly role: Role
  readonly port: number
  /** Where it takes mail, unless it only carries runs out. */
  readonly mailPort: number
  readonly proxy: Proxy
  readonly isReady: boolean
  /** Stands still under SIGSTOP. */
  readonly isHeld: boolean
  /** It will kill itself at a failpoint. */
  readonly isArmed: boolean
  readonly hasProcess: boolean
  start(more?: { [name: string]: string }): void
  signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void
  /** Resolves when no process is there any more. */
  ended(): Promise<void>
}

export interface Fleet {
  readonly places: readonly Place[]
  /** Addresses of servers that take requests and are believed to live. */
  doors(): string[]
  /** Ports at which they take mail. */
  mailDoors(): number[]
  /** Brings everything to its feet: nothing held, nothing armed, every place with a server that is ready. */
  heal(withinMs: number): Promise<void>
  /** Servers that ended without anybody having ended them, with what they said last. */
  readonly falls: readonly { place: string; code: number | null; signal: string | null; said: string; at: number }[]
  stop(): Promise<void>
}

export interface FleetOptions {
  /** Where the sources are: the checkout, or a broken copy of it. */
  root: string
  folder: string
  roles: readonly Role[]
  databaseUrl: string
  databasePort: () => number
  /** Whether the database can be reached at all; a server that does not start without one has not fallen. */
  isDatabaseUp: () => boolean
  environment: { [name: string]: string }
  reaper: Reaper
}

/** What addresses of flows end in. */
export const mailDomain = 'chaos.test'
const restartAfterMs = 700
const startWithinMs = 180_000

export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const falls: { place: string; code: number | null; signal: string | null; said: string; at: number }[] = []
  const places: Awaited<ReturnType<typeof makePlace>>[] = []
  const ports = new Set<number>()
  let isStopping = false
  const hooksPort = await freePort(ports)
  ports.add(hooksPort)
  const counts: { [role: string]: number } = {}
  for (const role of options.roles) {
    const port = places.length === 0 ? hooksPort : await freePort(ports)
    ports.add(port)
    const mailPort = await freePort(ports)
    ports.add(mailPort)
    counts[role] = (counts[role] ?? 0) + 1
    places.push(await makePlace(`${role}${counts[role]}`, role, { port, mailPort }))
  }

  async function makePlace(name: string, role: Role, { port, mailPort }: { port: number; mailPort: number }) {
    const proxy = await startProxy(options.databasePort)
    const url = new URL(options.databaseUrl)
    url.port = String(proxy.port)
    const log = createWriteStream(join(options.folder, `${name}.log`), { flags: 'a' })
    let child: ChildProcess | undefined
    let isReady = false
    let isHeld = false
    /** Its end is somebody's doing: a fault's, or a failpoint's. */
    let isDoomed = false

    function start(more: { [name: string]: string } = {}): void {
      if (child) throw new Error(`${name} has a process already`)
      const mine = spawn(process.execPath, ['server/main.ts'], {
        cwd: options.root,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: process.env['HOME'] ?? '',
          NODE_COMPILE_CACHE: join(options.folder, 'compiled'),
          PORT: String(port),
          HOLDFAST_MAIL_PORT: String(mailPort),
          HOLDFAST_MAIL_DOMAIN: mailDomain,
          HOLDFAST_ROLE: role,
          DATABASE_URL: url.href,
          HOLDFAST_DATA_DIR: options.folder,
          HOLDFAST_HOOKS_URL: `http://127.0.0.1:${hooksPort}`,
          ...options.environment,
          ...more,
        },
      })
      child = mine
      isDoomed = 'HOLDFAST_FAILPOINT' in more
      let said = ''
      options.reaper.watch(mine.pid)
      const hear = (chunk: Buffer) => {
        log.write(chunk)
        said = (said + chunk.toString()).slice(-4000)
        if (said.includes('Holdfast is ready at')) isReady = true
      }
      mine.stdout.on('data', hear)
      mine.stderr.on('data', hear)
      mine.once('exit', (code, signal) => {
        options.reaper.release(mine.pid)
        const wasReady = isReady
        child = undefined
        isReady = false
        isHeld = false
        if (isDoomed || isStopping) {
          if ('HOLDFAST_FAILPOINT' in more && !isStopping) restartSoon()
          return
        }
        const isExcused =
          !wasReady && code === 1 && /DATABASE_URL can't be used|ECONN|terminat|timeout|starting up|shutting down/i.test(said)
        if (!isExcused) falls.push({ place: name, code, signal, said: said.slice(-1500), at: Date.now() })
        restartSoon()
      })
    }

    function restartSoon(): void {
      setTimeout(() => {
        if (!child && !isStopping) start()
      }, restartAfterMs)
    }

    return {
      name,
      role,
      port,
      mailPort,
      proxy,
      start,
      get isReady() {
        return isReady
      },
      get isHeld() {
        return isHeld
      },
      get isArmed() {
        return isDoomed && child !== undefined
      },
      get hasProcess() {
        return child !== undefined
      },
      signal(what: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT') {
        if (what === 'SIGKILL' || what === 'SIGTERM') isDoomed = true
        if (child && what === 'SIGSTOP') isHeld = true
        if (what === 'SIGCONT') isHeld = false
        child?.kill(what)
      },
      async ended() {
        const mine = child
        if (mine && mine.exitCode === null && mine.signalCode === null) await new Promise((resolve) => mine.once('exit', resolve))
      },
    }
  }

  // The first one alone: what it compiles the others find compiled.
  places[0]?.start()
  await untilReady(places.slice(0, 1), startWithinMs)
  for (const place of places.slice(1)) place.start()

  async function untilReady(some: typeof places, withinMs: number): Promise<void> {
    const end = performance.now() + withinMs
    while (!some.every((place) => place.isReady)) {
      if (performance.now() > end) {
        const late = some.filter((place) => !place.isReady).map((place) => place.name)
        throw new Error(`${late.join(', ')} did not get ready in ${withinMs / 1000} s; the logs are in ${options.folder}`)
      }
      await sleep(50)
    }
  }
  await untilReady(places, startWithinMs)

  const open = () => places.filter((place) => place.role !== 'worker' && place.isReady && !place.isHeld)

  return {
    places,
    falls,
    doors: () => open().map((place) => `http://127.0.0.1:${place.port}`),
    mailDoors: () => open().map((place) => place.mailPort),
    async heal(withinMs) {
      for (const place of places) {
        place.proxy.become('open')
        if (place.isHeld) place.signal('SIGCONT')
        if (place.isArmed) {
          place.signal('SIGKILL')
          await place.ended()
        }
        if (!place.hasProcess) place.start()
      }
      await untilReady(places, withinMs)
    },
    async stop() {
      isStopping = true
      for (const place of places) {
        if (place.isHeld) place.signal('SIGCONT')
        place.signal('SIGKILL')
      }
      await Promise.all(places.map((place) => place.ended()))
      for (const place of places) place.proxy.close()
    },
  }
}
