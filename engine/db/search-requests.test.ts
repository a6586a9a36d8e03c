import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { quietLog } from '../testing/test-engine.ts'
import { createDatabase, type Database } from './database.ts'
import { listRequests } from './list-requests.ts'
import type { RequestFilter } from './request-filter.ts'

let it: TestDatabase
let database: Database
const count = 12_000

/** Of three states, with a run each or words of their own: a word that is common at both ends, one that is rare. */
beforeAll(async () => {
  it = await createTestDatabase()
  database = createDatabase(it.pool, quietLog)
  await it.pool.query(
    `with made as (
       select n, 'req_' || lpad(n::text, 26, '0') as req, 'run_' || lpad(n::text, 26, '0') as run,
         case n % 10 when 0 then 'kept' when 1 then 'rejected' else 'started' end as state,
         'n' || n || case when n > $1 - 100 or n < 1000 then ' common' else '' end || case when n % 4000 = 7 then ' rare' else '' end as text
       from generate_series(1, $1::int) as n),
     worded as (
       insert into engine.run_words (workspace_id, run_id, words)
       select 'ws', run, array_to_tsvector(string_to_array(text, ' ')) from made where state = 'started'),
     ended as (
       insert into engine.history (workspace_id, id, flow_id, version, plan_hash, trigger_id, status, epoch, priority, arrived,
         request_id, created_at, finished_at, last_seq)
       select 'ws', run, 'flow', 1, 'h', 't', 'succeeded', 1, 0, 0, req, now(), now(), 1 from made where state = 'started')
     insert into engine.requests (workspace_id, id, flow_id, run_id, state, reason, method, path, remote, size_bytes, trigger, words)
     select 'ws', req, 'flow', case when state = 'started' then run end, state, 'disabled', 'POST', 'p', '::1', 1, '{}',
       case when state <> 'started' then array_to_tsvector(string_to_array('flow ' || text, ' ')) end
     from made`,
    [count],
  )
})
afterAll(() => it.drop())

/** The numbers of all pages. */
async function numbers(filter: Partial<RequestFilter>): Promise<number[]> {
  const found: number[] = []
  for (let cursor: string | undefined; ;) {
    const page = await listRequests(database, {
      workspaceId: 'ws',
      flowId: 'flow',
      limit: 90,
      ...filter,
      ...(cursor === undefined ? {} : { cursor }),
    })
    found.push(...page.items.map(({ id }) => Number(id.slice('req_'.length))))
    if (page.nextCursor === null) return found
    cursor = page.nextCursor
  }
}

const all = Array.from({ length: count }, (_, n) => count - n)
const hasState = (state: string | undefined) => (n: number) =>
  state === undefined || state === (n % 10 === 0 ? 'kept' : n % 10 === 1 ? 'rejected' : 'started')

describe.each([undefined, 'started', 'kept', 'rejected'] as const)('of requests in state %s', (state) => {
  const ofState = state === undefined ? {} : { state }

  test('a common word is found at both ends, each once and in order', async () => {
    const common = all.filter((n) => (n > count - 100 || n < 1000) && hasState(state)(n))
    expect(await numbers({ q: 'common', ...ofState })).toEqual(common)
  })

  test('a rare word is found', async () => {
    expect(await numbers({ q: 'rare', ...ofState })).toEqual(all.filter((n) => n % 4000 === 7 && hasState(state)(n)))
  })

  test('pages follow each other without a gap', async () => {
    const newest = await listRequests(database, { workspaceId: 'ws', flowId: 'flow', limit: 70, ...ofState })
    const next = { cursor: newest.nextCursor ?? '' }
    const following = await listRequests(database, { workspaceId: 'ws', flowId: 'flow', limit: 70, ...ofState, ...next })
    const ids = [...newest.items, ...following.items].map(({ id }) => Number(id.slice('req_'.length)))
    expect(ids).toEqual(all.filter(hasState(state)).slice(0, 140))
  })
})
