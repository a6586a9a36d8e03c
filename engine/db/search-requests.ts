import { searchWords } from '../history/search-words.ts'
import type { Database } from './database.ts'
import { idsOf, type RequestFilter } from './request-filter.ts'
import { shortColumns, type ShownRequest } from './request-row.ts'
import { newestRequests } from './newest-requests.ts'

/** How many of the newest requests tell whether words are common, and from how many hits on they are. */
const sampleSize = 2000
const commonFrom = 40
/** How many are looked through in one go at the most. */
const mostAtOnce = 32_000
/** How many with rare words are looked at first, and how many times more each time they were too few. */
const foundFirst = 500
const foundGrowth = 8
/** A cursor among those that the index found: the place in time after which the next one lies. */
const foundMark = 'at_'

type Found = ShownRequest & { place: string }

/**
 * Requests of a flow in which each word of `q` begins a word, newest first: those with a run by the words of the run, the
 * others by their own. As with runs, common words are looked for request by request, and of rare ones the index finds
 * all at once; these are in the order of their runs, which may have been made later.
 */
export async function searchRequests(
  database: Database,
  filter: RequestFilter,
  q: string,
): Promise<{ items: ShownRequest[]; nextCursor: string | null }> {
  const words = searchWords(q).map((word) => `'${word}':*`)
  if (words.length === 0) return { items: [], nextCursor: null }
  const query = words.join(' & ')
  const { cursor, limit } = filter
  const isFound = cursor?.startsWith(foundMark) ?? !(await isCommon(database, filter, query))
  const found = isFound ? await searchFound(database, filter, query) : await searchEach(database, filter, query)
  const page = found.slice(0, limit)
  const last = found.length > limit ? page.at(-1) : undefined
  return {
    items: page.map(({ place: _place, ...request }) => request),
    nextCursor: last === undefined ? null : isFound ? `${foundMark}${last.place}` : last.id,
  }
}

/** Whether a request `r` has the words, whoever keeps them. Asked row by row: as `exists` it would be gathered of all runs first. */
const hasWords = `case when r.state = 'started' then coalesce((
  select w.words @@ $3::tsquery from engine.run_words w where w.workspace_id = r.workspace_id and w.run_id = r.run_id), false)
  else r.words @@ $3::tsquery end`

/** What the filter says of the time, as conditions on `r` with parameters from this place on. */
function ofTime(filter: RequestFilter, values: unknown[]): string {
  const { first, before } = idsOf(filter)
  const conditions = [
    ...(first === undefined ? [] : [`and r.id >= $${values.push(first)}`]),
    ...(before === undefined ? [] : [`and r.id < $${values.push(before)}`]),
  ]
  return conditions.join(' ')
}

async function isCommon(database: Database, { workspaceId, flowId }: RequestFilter, query: string): Promise<boolean> {
  const [row] = await database.read<{ hits: number }>(
    `select count(*)::int as hits from (
       ${newestRequests({ state: undefined, limit: sampleSize })}) as r
     where ${hasWords}`,
    [workspaceId, flowId, query],
  )
  return row !== undefined && row.hits >= commonFrom
}

/** Goes back in time, more and more at once, until there are enough. */
async function searchEach(database: Database, filter: RequestFilter, query: string): Promise<Found[]> {
  const found: Found[] = []
  let { cursor } = filter
  for (let many = sampleSize; ; many = Math.min(many * 4, mostAtOnce)) {
    const values: unknown[] = [filter.workspaceId, filter.flowId, query, filter.limit + 1 - found.length]
    const after = cursor === undefined ? '' : `and r.id < $${values.push(cursor)}`
    const looked = newestRequests({ state: filter.state, and: `${after} ${ofTime(filter, values)}`, limit: many })
    const rows = await database.read<Found & { oldest: string | null; looked: number }>(
      `with looked as materialized (select * from ${looked} as l)
       select (select min(id) from looked) as oldest, (select count(*)::int from looked) as looked, f.*
       from (select 1) as one left join (
         select ${shortColumns}, '' as place from looked r where ${hasWords} order by r.id desc limit $4) as f on true
       order by f.id desc`,
      values,
    )
    found.push(...rows.flatMap(({ oldest: _oldest, looked: _looked, ...row }) => (row.id === null ? [] : [row])))
    const [edge] = rows
    if (found.length > filter.limit || edge === undefined || edge.looked < many) return found
    cursor = edge.oldest ?? undefined
  }
}

async function searchFound(database: Database, filter: RequestFilter, query: string): Promise<Found[]> {
  const before = filter.cursor?.slice(foundMark.length)
  const { state } = filter
  const [ofRuns, others] = await Promise.all([
    state === undefined || state === 'started' ? findByRuns(database, filter, query, before) : [],
    state === 'started' ? [] : findOthers(database, filter, query, before),
  ])
  return [...ofRuns, ...others].toSorted((a, b) => (a.place < b.place ? 1 : -1)).slice(0, filter.limit + 1)
}

async function findByRuns(
  database: Database,
  filter: RequestFilter,
  query: string,
  before: string | undefined,
): Promise<Found[]> {
  const { workspaceId, flowId, limit } = filter
  // A run is never older than its request.
  const first = filter.from === undefined ? undefined : idsOf(filter).first?.replace(/^req/, 'run')
  const found: Found[] = []
  let last = before
  for (let most = foundFirst; ; most *= foundGrowth) {
    const runs = await database.read<{ runId: string }>(
      'select find_words as "runId" from engine.find_words($1, $2::tsquery, null, $3, $4)',
      [workspaceId, query, last === undefined ? null : `run_${last}`, most],
    )
    const oldest = runs.at(-1)?.runId
    if (oldest === undefined) return found
    const values: unknown[] = [workspaceId, flowId, runs.map(({ runId }) => runId), limit + 1 - found.length]
    found.push(
      ...(await database.read<Found>(
        `select ${shortColumns}, substr(a.id, 5) as place from (
           select id, request_id from engine.runs where workspace_id = $1 and id = any ($3::text[]) and flow_id = $2
           union all
           select id, request_id from engine.history where workspace_id = $1 and id = any ($3::text[]) and flow_id = $2) as a
         join engine.requests r on r.workspace_id = $1 and r.id = a.request_id ${ofTime(filter, values)}
         order by a.id desc limit $4`,
        values,
      )),
    )
    if (found.length > limit || runs.length < most || (first !== undefined && oldest < first)) return found
    last = oldest.slice('run_'.length)
  }
}

function findOthers(database: Database, filter: RequestFilter, query: string, before: string | undefined): Promise<Found[]> {
  const { state } = filter
  const values: unknown[] = [
    filter.workspaceId,
    filter.flowId,
    `'${filter.flowId}' & ${query}`,
    before === undefined ? null : `req_${before}`,
    filter.limit + 1,
  ]
  return database.read<Found>(
    `with found as materialized (
       select id from engine.requests where words is not null and words @@ $3::tsquery)
     select ${shortColumns}, substr(r.id, 5) as place
     from (select id from found where $4::text is null or id < $4 order by id desc) as f
     join engine.requests r on r.id = f.id and r.workspace_id = $1 and r.flow_id = $2
     where ${state === undefined ? "r.state <> 'started'" : `r.state = '${state}'`} ${ofTime(filter, values)}
     order by r.id desc limit $5`,
    values,
  )
}
