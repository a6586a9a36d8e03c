import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { AppError } from '#shared/errors.ts'
import type { Json } from '#shared/json.ts'
import type { PlanTrigger } from '#shared/plan.ts'
import { createEgress } from '../egress/index.ts'
import type { Engine } from '../engine-api.ts'
import type { Poller } from '../ports.ts'
import type { TestDatabase } from './test-database.ts'
import { testWorkspace } from './test-engine.ts'

/** A list on a server of its own, which triggers look at, in pages when it is long. */
export interface PollSource {
  url: string
  /** By key, oldest first. */
  keys: string[]
  pageSize: number
  /** How often it was asked, and what for. */
  asked: URL[]
  /** Answers in place of the list, once for each that is put in. */
  instead: ((response: ServerResponse) => void)[]
  close(): Promise<void>
}

export async function startPollSource(keys: string[] = []): Promise<PollSource> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://source.test')
    source.asked.push(url)
    const instead = source.instead.shift()
    if (instead) return instead(response)
    const from = Number(url.searchParams.get('from') ?? 0)
    const page = source.keys.slice(from, from + source.pageSize)
    const more = from + source.pageSize < source.keys.length
    const cursor = more ? from + source.pageSize : 0
    response.end(JSON.stringify({ items: page.map((key) => ({ key })), cursor, more }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port')
  const source: PollSource = {
    url: `http://127.0.0.1:${address.port}/`,
    keys,
    pageSize: 1_000_000,
    asked: [],
    instead: [],
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  return source
}

/** A connector in short: looks at such a list from its cursor on. */
export const sourcePoller: Poller = async ({ params, cursor, fetch }) => {
  const url = new URL(typeof params['url'] === 'string' ? params['url'] : '')
  url.searchParams.set('from', typeof cursor === 'number' ? `${cursor}` : '0')
  const { status, headers, body } = await fetch({ url: url.href, method: 'GET', headers: [] })
  if (status !== 200) {
    const after = headers.find(([name]) => name === 'retry-after')?.[1]
    throw new AppError('http_error', `The source answered ${status}.`, {
      ...(after === undefined ? {} : { retryAfterMs: Number(after) * 1000 }),
    })
  }
  const page: { items: { key: string }[]; cursor: Json; more: boolean } = JSON.parse(Buffer.from(body).toString())
  return { ...page, items: page.items.map((item) => ({ key: item.key, data: JSON.stringify(item) })) }
}

/** The way out as tests need it: their servers are on this machine. */
export const loopbackEgress = createEgress({ allowPrivate: ['127.0.0.0/8'] })

export function pollTrigger(url: string, more: { [param: string]: Json } = {}, id = 'trigger'): PlanTrigger {
  return { id, type: 'test.newItem', name: id, params: { url, every: '5m', ...more } }
}

/** What publishing a flow, or turning it on or off, does about its triggers. */
export async function setPolls(
  engine: Engine,
  database: Pick<TestDatabase, 'pool'>,
  {
    version = 1,
    isOn = true,
    ...live
  }: { flowId: string; planHash: string; triggers: PlanTrigger[]; version?: number; isOn?: boolean },
): Promise<void> {
  const client = await database.pool.connect()
  try {
    await client.query('begin')
    await engine.setPolls({ workspaceId: testWorkspace, version, isOn, ...live }, client)
    await client.query('commit')
  } finally {
    client.release()
  }
}

/** The keys a flow has runs of, in the order of their ids, as they stand in its triggers. */
export async function startedKeys(database: Pick<TestDatabase, 'pool'>, flowId: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ key: string }>(
    `select e.payload::json -> 'body' ->> 'key' as key from engine.events e
     join (select workspace_id, id, flow_id from engine.runs union all select workspace_id, id, flow_id from engine.history) r
       on r.workspace_id = e.workspace_id and r.id = e.run_id
     where r.flow_id = $1 and e.seq = 0 order by r.id`,
    [flowId],
  )
  return rows.map(({ key }) => key)
}
