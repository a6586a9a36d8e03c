import pg from 'pg'
import type { Database } from './db/database.ts'
import type { Log } from './ports.ts'

/** What processes tell each other so that nobody has to look often. Losing one costs time, never work. */
export type Hint =
  | { kind: 'ready' }
  /** In lanes. */
  | { kind: 'lanes' }
  | { kind: 'pauses' }
  | { kind: 'arrival'; runId: string }
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

/** Listens, and checks by a hint to itself that it hears; reconnects when the connection breaks. */
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
  let heardSelf = Promise.withResolvers<void>()
  let retry: NodeJS.Timeout | undefined

  async function listen(): Promise<void> {
    const fresh = new pg.Client({ connectionString: options.url, application_name: 'holdfast hints', keepAlive: true })
    fresh.on('notification', ({ payload }) => receive(payload ?? ''))
    fresh.on('error', () => reconnect(fresh))
    fresh.on('end', () => reconnect(fresh))
    await fresh.connect()
    await fresh.query(`listen ${channel}`)
    client = fresh
  }

  function reconnect(broken: pg.Client): void {
    if (isStopped || client !== broken) return
    client = undefined
    isHeard = false
    retry = setTimeout(() => {
      check().catch((error: unknown) => log.warn({ err: error }, 'Listening for hints failed; polling goes on'))
    }, 1000)
  }

  function receive(payload: string): void {
    const hint = readHint(payload)
    if (hint?.kind === 'hello') {
      if (hint.from === self) {
        isHeard = true
        heardSelf.resolve()
      }
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
    heardSelf = Promise.withResolvers<void>()
    await listen()
    send({ kind: 'hello', from: self })
    let patience: NodeJS.Timeout | undefined
    const tooLong = new Promise<void>((resolve) => {
      patience = setTimeout(resolve, hearingMs)
    })
    await Promise.race([heardSelf.promise, tooLong])
    clearTimeout(patience)
    if (!isHeard) {
      log.warn(
        {},
        'This process does not hear the database’s notifications (a pooler in between?) and polls every 500 ms instead',
      )
    }
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
      clearTimeout(retry)
      await client?.end()
    },
  }
}

function readHint(payload: string): Hint | undefined {
  const hint: unknown = payload.startsWith('{') ? JSON.parse(payload) : undefined
  if (typeof hint !== 'object' || hint === null || !('kind' in hint)) return undefined
  if (hint.kind === 'ready' || hint.kind === 'lanes' || hint.kind === 'pauses') return { kind: hint.kind }
  if (hint.kind === 'arrival' && 'runId' in hint) return { kind: 'arrival', runId: String(hint.runId) }
  if (hint.kind === 'hello' && 'from' in hint) return { kind: 'hello', from: String(hint.from) }
  return undefined
}
