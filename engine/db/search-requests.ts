import { searchWords } from '../history/search-words.ts'
import type { Database } from './database.ts'
import type { RequestFilter } from './list-requests.ts'
import { shortColumns, type ShownRequest } from './request-row.ts'

/** How many of the newest requests tell whether words are common, and from how many hits on they are. */
const sampleSize = 2000
const commonFrom = 40
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

async function isCommon(database: Database, { workspaceId, flowId }: RequestFilter, query: string): Promise<boolean> {
  const [row] = await database.read<{ hits: number }>(
    `select count(*)::int as hits from (
       select * from engine.requests where workspace_id = $1 and flow_id = $2 order by id desc limit ${sampleSize}) as r
     where ${hasWords}`,
    [workspaceId, flowId, query],
  )
  return row !== undefined && row.hits >= commonFrom
}

function searchEach(database: Database, filter: RequestFilter, query: string): Promise<Found[]> {
  return database.read<Found>(
    `select ${shortColumns}, '' as place from engine.requests r
     where r.workspace_id = $1 and r.flow_id = $2 and ${hasWords} and ($4::text is null or r.id < $4)
       ${ofState(filter)}
     order by r.id desc limit $5`,
    [filter.workspaceId, filter.flowId, query, filter.cursor ?? null, filter.limit + 1],
  )
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
  { workspaceId, flowId, limit }: RequestFilter,
  query: string,
  before: string | undefined,
): Promise<Found[]> {
  const found: Found[] = []
  let last = before
  for (let most = foundFirst; ; most *= foundGrowth) {
    const runs = await database.read<{ runId: string }>(
      'select find_words as "runId" from engine.find_words($1, $2::tsquery, null, $3, $4)',
      [workspaceId, query, last === undefined ? null : `run_${last}`, most],
    )
    const oldest = runs.at(-1)?.runId
    if (oldest === undefined) return found
    found.push(
      ...(await database.read<Found>(
        `select ${shortColumns}, substr(a.id, 5) as place from (
           select id, request_id from engine.runs where workspace_id = $1 and id = any ($3::text[]) and flow_id = $2
           union all
           select id, request_id from engine.history where workspace_id = $1 and id = any ($3::text[]) and flow_id = $2) as a
         join engine.requests r on r.workspace_id = $1 and r.id = a.request_id
         order by a.id desc limit $4`,
        [workspaceId, flowId, runs.map(({ runId }) => runId), limit + 1 - found.length],
      )),
    )
    if (found.length > limit || runs.length < most) return found
    last = oldest.slice('run_'.length)
  }
}

function findOthers(database: Database, filter: RequestFilter, query: string, before: string | undefined): Promise<Found[]> {
  return database.read<Found>(
    `with found as materialized (
       select id from engine.requests where words is not null and words @@ $3::tsquery)
     select ${shortColumns}, substr(r.id, 5) as place
     from (select id from found where $4::text is null or id < $4 order by id desc) as f
     join engine.requests r on r.id = f.id and r.workspace_id = $1 and r.flow_id = $2
     where r.state <> 'started' ${ofState(filter)}
     order by r.id desc limit $5`,
    [
      filter.workspaceId,
      filter.flowId,
      `'${filter.flowId}' & ${query}`,
      before === undefined ? null : `req_${before}`,
      filter.limit + 1,
    ],
  )
}

function ofState({ state }: RequestFilter): string {
  return state === undefined ? '' : `and r.state = '${state}'`
}
