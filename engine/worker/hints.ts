import pg from 'pg'
import type { Database } from '../db/database.ts'
import type { Log } from '../ports.ts'

/** What processes tell each other so that nobody has to look often. Losing one costs time, never work. */
export type Hint =
  | { kind: 'ready' }
  /** In lanes. */
  | { kind: 'lanes' }
  | { kind: 'pauses' }
  /** A bulk action was asked for. */
  | { kind: 'bulk' }
  /** A flow has other schedules. */
  | { kind: 'schedules' }
  /** A flow has other triggers that look by themselves, or one is to look at once. */
  | { kind: 'polls' }
  | { kind: 'arrival' | 'answered'; runId: string }
  | { kind: 'hello'; from: string }

export interface Hints {
  /** Tells every process, this one too; what is told in one turn of the event loop goes out together. */
  send(hint: Hint): void
  /** It went out by itself, with what it is about, and need not be sent again in this turn. */
  said(hint: Hint): void
  /** Whether this process hears what is sent: behind a transaction pooler it does not. */
  isHeard(): boolean
  stop(): Promise<void>
}

export const channel = 'holdfast_engine'
const hearingMs = 2000
/** How often a process makes sure that it still hears: a connection can go dead without a word. */
const listenAgainMs = 20_000
const reconnectMs = 1000

/** Listens, and checks by a hint to itself that it hears; reconnects when the connection breaks or goes dead. */
export async function startHints(options: {
  url: string
  self: string
  database: Database
  log: Log
  onHint(hint: Hint): void
}): Promise<Hints> {
  const { database, log, self } = options
  const outgoing = new Map<string, Hint>()
  const spoken = new Set<string>()
  let client: pg.Client | undefined
  let isHeard = false
  let isStopped = false
  let isWarned = false
  let heardSelf = Promise.withResolvers<void>()
  let again: NodeJS.Timeout | undefined

  async function listen(): Promise<void> {
    const fresh = new pg.Client({
      connectionString: options.url,
      application_name: 'holdfast hints',
      keepAlive: true,
      connectionTimeoutMillis: 5000,
      query_timeout: 5000,
    })
    client = fresh
    fresh.on('notification', ({ payload }) => receive(payload ?? ''))
    fresh.on('error', () => lose(fresh))
    fresh.on('end', () => lose(fresh))
    await fresh.connect()
    await fresh.query(`listen ${channel}`)
  }

  function lose(broken: pg.Client): void {
    if (isStopped || client !== broken) return
    drop()
    later(reconnectMs)
  }

  function drop(): void {
    const old = client
    client = undefined
    isHeard = false
    old?.end().catch(() => undefined) // It is broken already.
  }

  function later(ms: number): void {
    clearTimeout(again)
    if (isStopped) return
    again = setTimeout(() => {
      check().catch((error: unknown) => {
        log.warn({ err: error }, 'Listening for hints failed; polling goes on')
        drop()
        later(reconnectMs)
      })
    }, ms)
    again.unref()
  }

  function receive(payload: string): void {
    const hint = readHint(payload)
    if (hint?.kind === 'hello') {
      if (hint.from === self) heardSelf.resolve()
    } else if (hint) options.onHint(hint)
  }

  function send(hint: Hint): void {
    if (outgoing.size === 0 && spoken.size === 0) setImmediate(flush)
    outgoing.set(JSON.stringify(hint), hint)
  }

  function flush(): void {
    const payloads = [...outgoing.keys()].filter((payload) => !spoken.has(payload))
    outgoing.clear()
    spoken.clear()
    if (payloads.length === 0) return
    database
      .read('select pg_notify($1, p) from unnest($2::text[]) as p', [channel, payloads])
      .catch((error: unknown) => log.debug({ err: error }, 'A hint could not be sent; polling finds what it was about'))
  }

  async function check(): Promise<void> {
    if (!client) await listen()
    heardSelf = Promise.withResolvers<void>()
    send({ kind: 'hello', from: self })
    isHeard = await hasHeard(heardSelf.promise)
    if (!isHeard) drop()
    if (!isHeard && !isWarned) {
      log.warn(
        {},
        'This process does not hear the database’s notifications (a pooler in between?) and polls every 500 ms instead',
      )
    }
    isWarned = !isHeard
    later(listenAgainMs)
  }

  await check()
  return {
    send,
    said(hint) {
      if (outgoing.size === 0 && spoken.size === 0) setImmediate(flush)
      spoken.add(JSON.stringify(hint))
    },
    isHeard: () => isHeard,
    async stop() {
      isStopped = true
      clearTimeout(again)
      await Promise.race([client?.end(), pause(reconnectMs)])
    },
  }
}

function hasHeard(heard: Promise<void>): Promise<boolean> {
  return Promise.race([heard.then(() => true), pause(hearingMs).then(() => false)])
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}

function readHint(payload: string): Hint | undefined {
  const hint: unknown = payload.startsWith('{') ? JSON.parse(payload) : undefined
  if (typeof hint !== 'object' || hint === null || !('kind' in hint)) return undefined
  if (hint.kind === 'ready' || hint.kind === 'lanes' || hint.kind === 'pauses') return { kind: hint.kind }
  if (hint.kind === 'bulk' || hint.kind === 'schedules' || hint.kind === 'polls') return { kind: hint.kind }
  if ((hint.kind === 'arrival' || hint.kind === 'answered') && 'runId' in hint)
    return { kind: hint.kind, runId: String(hint.runId) }
  if (hint.kind === 'hello' && 'from' in hint) return { kind: 'hello', from: String(hint.from) }
  return undefined
}
