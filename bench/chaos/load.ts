import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Ask, Client } from './client.ts'
import type { Drive, FlowKind, FlowPlace, ShownRun } from './kinds/kind.ts'
import type { Ledger } from './ledger/start-ledger.ts'
import { mailDomain } from './fleet.ts'
import type { Random } from './random.ts'
import { sendMail } from './send-mail.ts'

/** Kept requests go through at this rate: slow enough that servers die over it. */
const drainRate = 20
const mostKept = 60

export interface LoadOptions {
  client: Client
  ledger: Ledger
  random: Random
  kinds: readonly FlowKind[]
  /** How many runs are driven at once. */
  drivers: number
  log: (line: string) => void
  /** Ports at which servers take mail just now. */
  mailDoors: () => number[]
}

export interface Load {
  /** Makes and publishes all flows. */
  prepare(): Promise<void>
  /** Publishes the next version of one kind's flow, in the middle of everything. */
  republish(): Promise<void>
  /** Pauses one kind's flow and lets it go on after that long: what was sent meanwhile is started then. */
  pauseOne(forMs: number): Promise<void>
  /** Turns off the flows of kinds that are drained for that long, then has what they kept sent through. */
  turnOff(forMs: number): Promise<void>
  /** Drives runs until `stop`. */
  start(): void
  /** Begins no new runs, and gives those under way this long; then sends through what is kept. */
  stop(withinMs: number): Promise<void>
  /** Drives one run of each kind and says which succeeded. */
  probe(withinMs: number): Promise<{ kind: string; isServed: boolean; said: string }[]>
  readonly flows: ReadonlyMap<string, { kind: string; limit: number | undefined }>
  readonly driven: number
}

export function createLoad(options: LoadOptions): Load {
  const { client, ledger, random, kinds, log } = options
  const flowIds = new Map<string, string>()
  const versions = new Map<string, number>()
  const flows = new Map<string, { kind: string; limit: number | undefined }>()
  const driven = kinds.filter((kind) => !kind.isPassive)
  const weighted = driven.flatMap((kind) => Array.from({ length: kind.weight ?? 1 }, () => kind))
  const drives: Promise<void>[] = []
  let isStopping = false
  let giveUpAt = Infinity
  let count = 0

  const isOver = () => performance.now() > giveUpAt

  function placeOf(kind: FlowKind, version: number): FlowPlace {
    return {
      version,
      list: `${ledger.url}/list/${kind.name}`,
      ledger(step, manners = {}) {
        const query = new URLSearchParams(
          Object.entries({ v: version, ...manners }).map(([name, value]): [string, string] => [name, String(value)]),
        )
        return `${ledger.url}/${kind.name}/${kind.tagIs ?? '{{ trigger.body.tag }}'}/${step}?${query.toString()}`
      },
      flowId(name) {
        const id = flowIds.get(name)
        if (id === undefined) throw new Error(`There is no flow of kind ${name} yet`)
        return id
      },
    }
  }

  async function must(path: string, ask: Ask): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const answer = await client.ask(path, ask)
      if (answer.status >= 200 && answer.status < 300) return answer
      const isPassing = answer.status === 0 || answer.status === 503 || answer.status === 409 || answer.status === 429
      if (!isPassing || tries === 100)
        throw new Error(`${ask.method ?? 'GET'} ${path} was answered ${answer.status}: ${answer.text}`)
      await sleep(200)
    }
  }

  async function publish(kind: FlowKind): Promise<void> {
    const id = flowIds.get(kind.name) ?? ''
    const version = (versions.get(kind.name) ?? 0) + 1
    const flow = await must(`/api/v1/flows/${id}`, {})
    const document = kind.document(placeOf(kind, version))
    await must(`/api/v1/flows/${id}/draft`, { method: 'PUT', body: { document, revision: flow.json['revision'] } })
    await must(`/api/v1/flows/${id}/publish`, { method: 'POST', body: {} })
    versions.set(kind.name, version)
  }

  async function follow(kind: FlowKind): Promise<string> {
    const tag = `${kind.name}-${++count}-${random.whole(1000, 9999)}`
    const drive = createDrive(kind, tag)
    await kind.drive(drive)
    return tag
  }

  function createDrive(kind: FlowKind, tag: string): Drive {
    const own = random.fork(tag)
    const flowId = flowIds.get(kind.name) ?? ''
    const drive: Drive = {
      tag,
      kind: kind.name,
      flowId,
      random: own,
      isOver,
      sleep: (ms) => sleep(ms),
      async webhook(body = {}, { key = false, timeoutMs, verbatim } = {}) {
        const fields = JSON.stringify({ tag, ...body })
        const text = verbatim === undefined ? fields : `${fields.slice(0, -1)},${verbatim}}`
        const send = () =>
          client.tell({ what: 'start', tag, kind: kind.name, key: key ? tag : undefined }, `/hooks/chaos-${kind.name}`, {
            method: 'POST',
            body: text,
            ...(key ? { headers: { 'idempotency-key': tag } } : {}),
            ...(timeoutMs === undefined ? {} : { timeoutMs }),
          })
        if (!key) return send()
        if (own.chance(0.25)) await Promise.all([send(), send()])
        return again(send)
      },
      async start(input = {}, more = {}) {
        const send = () =>
          client.tell({ what: 'start', tag, kind: kind.name, key: tag }, `/api/v1/flows/${flowId}/runs`, {
            method: 'POST',
            body: { input: { tag, ...input }, idempotencyKey: tag, ...more },
          })
        const answer = await again(send)
        return answer.status < 300 && typeof answer.json['id'] === 'string' ? answer.json['id'] : undefined
      },
      putInList: (item) => ledger.putInList(kind.name, item),
      async mail(mail) {
        await again(async () => {
          const sentAt = Date.now()
          const doors = options.mailDoors()
          const to = `chaos-${kind.name}@${mailDomain}`
          const port = doors.length === 0 ? undefined : own.pick(doors)
          const { status, text } =
            port === undefined ? { status: 0, text: 'no server is up' } : await sendMail({ ...mail, port, to, subject: tag })
          const told = { what: 'start', tag, kind: kind.name, key: tag, runId: undefined, sent: '' } as const
          client.note({ ...told, status, sentAt, at: Date.now(), door: `smtp ${port ?? ''}`, text })
          // What is refused for now is handed in again.
          return { status: status >= 400 && status < 500 ? 503 : status === 250 ? 250 : 0, text, json: {} }
        })
      },
      insist: (about, path, ask) => again(() => client.tell({ tag, kind: kind.name, ...about }, path, ask)),
      async until(runId, is, withinMs = 120_000) {
        const end = performance.now() + withinMs
        while (performance.now() < end && !isOver()) {
          const answer = await client.ask(`/api/v1/runs/${runId}`)
          const run = answer.json as unknown as ShownRun
          if (answer.status === 200 && is(run)) return run
          if (answer.status === 200 && /succeeded|cancelled|failed/.test(run.status)) return undefined
          await sleep(150)
        }
        return undefined
      },
      async untilCalled(step, withinMs = 120_000) {
        const end = performance.now() + withinMs
        while (performance.now() < end && !isOver()) {
          const [first] = await ledger.callsTo(`/${kind.name}/${tag}/${step}`)
          if (first) return first
          await sleep(60)
        }
        return undefined
      },
    }
    return drive
  }

  /** Until there is an answer that is about what was asked and not about the moment. */
  async function again(send: () => Promise<Answer>): Promise<Answer> {
    for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 1500)) {
      const answer = await send()
      // A flow that failed is an answer too: it names the run.
      const isAboutTheMoment =
        answer.status === 0 || answer.status === 429 || (answer.status >= 500 && answer.json['runId'] === undefined)
      if (!isAboutTheMoment || isOver()) return answer
      await sleep(pauseMs)
    }
  }

  function act(kind: FlowKind, what: string, body: object = {}): Promise<Answer> {
    return again(() => client.ask(`/api/v1/flows/${flowIds.get(kind.name) ?? ''}/${what}`, { method: 'POST', body }))
  }

  async function sendThrough(kind: FlowKind): Promise<void> {
    await act(kind, 'enable')
    await act(kind, 'requests/drain', { ratePerSecond: drainRate })
  }

  /** What is still not through when the time is over shows as requests without a run. */
  async function untilDrained(kind: FlowKind): Promise<void> {
    while (!isOver()) {
      await sendThrough(kind)
      const { json } = await client.ask(`/api/v1/flows/${flowIds.get(kind.name) ?? ''}/requests/drain`)
      if (json['kept'] === 0 && json['left'] === 0) return
      await sleep(500)
    }
  }

  return {
    flows,
    get driven() {
      return count
    },
    async prepare() {
      for (const kind of kinds) {
        const made = await must('/api/v1/flows', { method: 'POST', body: { name: kind.name } })
        const id = String(made.json['id'])
        flowIds.set(kind.name, id)
        flows.set(id, { kind: kind.name, limit: kind.limit })
        await publish(kind)
      }
    },
    async republish() {
      const kind = random.pick(kinds)
      await publish(kind).catch((error: unknown) => log(`publishing ${kind.name} again did not work just now: ${String(error)}`))
    },
    async pauseOne(forMs) {
      const pausable = kinds.filter((kind) => kind.mayPause)
      if (pausable.length === 0) return
      const kind = random.pick(pausable)
      await act(kind, 'pause')
      await sleep(forMs)
      await act(kind, 'resume')
    },
    async turnOff(forMs) {
      for (const kind of kinds.filter(({ isDrained }) => isDrained)) {
        await act(kind, 'disable')
        const goesOnAt = performance.now() + forMs
        // One after the other, beside what the others send: these have an order.
        for (let n = 0; n < mostKept && performance.now() < goesOnAt; n++) await follow(kind)
        await sleep(Math.max(0, goesOnAt - performance.now()))
        await sendThrough(kind)
      }
    },
    start() {
      for (let n = 0; n < options.drivers; n++) {
        drives.push(
          (async () => {
            while (!isStopping) {
              await follow(random.pick(weighted))
              await sleep(random.whole(20, 250))
            }
          })(),
        )
      }
    },
    async stop(withinMs) {
      isStopping = true
      giveUpAt = performance.now() + withinMs
      await Promise.all(drives)
      for (const kind of kinds.filter(({ isDrained }) => isDrained)) await untilDrained(kind)
    },
    async probe(withinMs) {
      giveUpAt = performance.now() + withinMs
      return Promise.all(
        driven.map(async (kind) => {
          const tag = await follow(kind)
          const told = client.told.filter((one) => one.tag === tag && (one.what === 'start' || one.what === 'event'))
          const accepted = told.find((one) => one.status >= 200 && one.status < 300)
          return {
            kind: kind.name,
            isServed: accepted !== undefined,
            said: told.map((one) => `${one.status} ${one.text.slice(0, 100)}`).join('; '),
          }
        }),
      )
    },
  }
}
