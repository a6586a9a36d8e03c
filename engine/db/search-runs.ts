import type { RunFilter } from '../engine-api.ts'
import { searchWords } from '../history/search-words.ts'
import type { Database } from './database.ts'
import { firstRunId, runConditions } from './run-conditions.ts'
import type { ShownRun } from './run-row.ts'

/** How many of the newest runs tell whether words are common, and from how many hits on they are. */
const sampleSize = 2000
const commonFrom = 40
/** How many of the runs with rare words are looked at first, and how many times more each time they were too few. */
const foundFirst = 500
const foundGrowth = 8

/**
 * Runs that fit the filter and in which each word of `q` begins a word, newest first.
 *
 * PostgreSQL can't know how often words it has no statistics of occur, and takes the slow way when it guesses wrong.
 * So the newest runs are asked first: common words are looked for run by run, which fills a page soon; of rare ones the
 * index finds all at once.
 */
export async function searchRuns(database: Database, filter: RunFilter, q: string, limit: number): Promise<ShownRun[]> {
  const query = searchWords(q)
    .map((word) => `'${word}':*`)
    .join(' & ')
  if (query === '') return []
  return (await isCommon(database, filter, query))
    ? searchEach(database, filter, query, limit)
    : searchFound(database, filter, query, limit)
}

async function isCommon(database: Database, { workspaceId, cursor }: RunFilter, query: string): Promise<boolean> {
  const [row] = await database.read<{ hits: number }>(
    `select count(*)::int as hits from (
       select words from engine.run_words where workspace_id = $1 and ($2::text is null or run_id < $2)
       order by run_id desc limit ${sampleSize}) as newest
     where words @@ $3::tsquery`,
    [workspaceId, cursor ?? null, query],
  )
  return row !== undefined && row.hits >= commonFrom
}

function searchEach(database: Database, filter: RunFilter, query: string, limit: number): Promise<ShownRun[]> {
  const { where, values, page } = runConditions(filter, fromOf(filter))
  where(
    (p) => `(select w.words @@ ${p}::tsquery from engine.run_words w where w.workspace_id = r.workspace_id and w.run_id = r.id)`,
    query,
  )
  return database.read<ShownRun>(page(limit), values)
}

async function searchFound(database: Database, filter: RunFilter, query: string, limit: number): Promise<ShownRun[]> {
  const rows: ShownRun[] = []
  let before = filter.cursor
  for (let most = foundFirst; ; most *= foundGrowth) {
    const found = await findRunIds(database, { ...filter, cursor: before }, query, most)
    const last = found.at(-1)
    if (last === undefined) return rows
    const { where, values, page } = runConditions(filter, fromOf(filter))
    where((p) => `r.id = any (${p}::text[])`, found)
    rows.push(...(await database.read<ShownRun>(page(limit - rows.length), values)))
    if (rows.length === limit || found.length < most) return rows
    before = last
  }
}

/** The newest runs with these words, by the index. */
async function findRunIds(
  database: Database,
  filter: { workspaceId: string; cursor: string | undefined; from?: string; to?: string },
  query: string,
  most: number,
): Promise<string[]> {
  const { workspaceId, cursor, from, to } = filter
  const end = to === undefined ? undefined : firstRunId(Date.parse(to))
  const rows = await database.read<{ runId: string }>(
    'select find_words as "runId" from engine.find_words($1, $2::tsquery, $3, $4, $5)',
    [
      workspaceId,
      query,
      from === undefined ? null : firstRunId(Date.parse(from)),
      (cursor !== undefined && end !== undefined && end < cursor ? end : (cursor ?? end)) ?? null,
      most,
    ],
  )
  return rows.map(({ runId }) => runId)
}

function fromOf({ from }: RunFilter): number | undefined {
  return from === undefined ? undefined : Date.parse(from)
}
