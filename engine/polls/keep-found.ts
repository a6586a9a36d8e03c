import { createHash, randomBytes } from 'node:crypto'
import type { PoolClient } from 'pg'
import { idFrom } from '#shared/ids.ts'
import type { JsonText } from '#shared/json.ts'
import { pollRuleFrom } from '#shared/poll.ts'
import { triggerText } from '#shared/trigger-text.ts'
import type { Database } from '../db/database.ts'
import { advancePoll, holdPoll, noteFound } from '../db/end-poll.ts'
import { findPollKeys, forgetPollKeys, putPollKeys } from '../db/poll-keys.ts'
import type { PollRow } from '../db/polls.ts'
import type { StartRun } from '../engine-api.ts'
import { failpoint } from '../failpoint.ts'
import type { Polled } from '../ports.ts'
import type { PreparedStart } from '../run/prepare-start.ts'
import type { StartPorts } from '../start/start-ports.ts'
import { paramsOf } from './arrange-polls.ts'

export interface KeepPorts extends Pick<StartPorts, 'admit' | 'onAdmitted'> {
  database: Database
  now(): number
  prepare(start: StartRun): PreparedStart
}

interface Kept {
  /**
   * There is a next page, or a rest of this one; `lost` when somebody else has the trigger in hand now, or it was published
   * anew, paused or turned off meanwhile.
   */
  outcome: 'done' | 'more' | 'rest' | 'lost'
  started: number
}

/** What one transaction starts or remembers at the most. */
const mostStarts = 500
const mostStartBytes = 4 * 1024 ** 2
const mostRemembered = 5000

const dayMs = 86_400_000
/** A key that is seen again and again is written again this often. */
const notedEveryMs = dayMs
/** Keys that are seen no more are forgotten after so long, and earlier above so many. */
const rememberedMs = 90 * dayMs
const mostKeys = 20_000
/** How many more items a trigger finds until somebody looks what can be forgotten. */
const forgetEvery = 100

interface Item {
  hash: string
  data: JsonText
}

/**
 * Writes what a look has found: the keys, the runs of what is new, and where the next look begins. The place to go on
 * from is written with the last of the items, and each key with its run; so whatever dies in between, the next look gives
 * the same items again, and those that have their run are known. Of more than `most` new ones the first are started, and
 * the place stays for the rest.
 */
export async function keepFound(
  ports: KeepPorts,
  row: PollRow,
  polled: Polled,
  { holdMs, most }: { holdMs: number; most: number },
): Promise<Kept> {
  const { database } = ports
  const { everyMs, startsWithAll } = pollRuleFrom(paramsOf(row))
  const startsRuns = startsWithAll || !row.isNew
  const items = distinct(polled)
  const known = await findPollKeys(
    database,
    row,
    items.map(({ hash }) => hash),
  )
  const unknown = items.filter(({ hash }) => !known.has(hash))
  const fresh = startsRuns ? unknown.slice(0, most) : unknown
  const hasRest = fresh.length < unknown.length
  const seenAgain = [...known].flatMap(([hash, seenAt]) => (seenAt < ports.now() - notedEveryMs ? [hash] : []))
  const portions = startsRuns ? portionsOf(fresh) : slices(fresh, mostRemembered)
  for (const [at, portion] of portions.entries()) {
    const isLast = at === portions.length - 1
    const now = ports.now()
    const done = await database.transaction(async (tx, client) => {
      if (!(await holdPoll(client, row))) return undefined
      // Whether an earlier try was committed may not be known.
      const there = await findPollKeys(
        tx,
        row,
        portion.map(({ hash }) => hash),
      )
      const left = portion.filter(({ hash }) => !there.has(hash))
      const starts = startsRuns ? left.map(({ data }) => ports.prepare(startOf(row, data, now))) : []
      const admission = starts.length === 0 ? undefined : await ports.admit(client, starts)
      await putPollKeys(
        client,
        row,
        left.map(({ hash }) => hash),
        now,
      )
      await noteFound(client, row, { found: starts.length, now, holdMs })
      if (isLast && hasRest) {
        await advancePoll(client, row, { cursor: row.cursor, now, nextAt: now, isLast: false })
      } else if (isLast) {
        for (const some of slices(seenAgain, mostRemembered)) await putPollKeys(client, row, some, now)
        const { more, cursor } = polled
        await advancePoll(client, row, { cursor: JSON.stringify(cursor), now, nextAt: now + everyMs, isLast: !more })
        if (!more) await forget(client, row, fresh.length, now)
      }
      failpoint('poll.before-commit')
      return { starts, admission }
    })
    if (!done) return { outcome: 'lost', started: 0 }
    failpoint('poll.after-commit')
    if (done.admission) ports.onAdmitted(done.starts, done.admission)
  }
  return { outcome: hasRest ? 'rest' : polled.more ? 'more' : 'done', started: startsRuns ? fresh.length : 0 }
}

/** What was seen while this pass went on is never forgotten, however much there is. */
async function forget(client: PoolClient, row: PollRow, fresh: number, now: number): Promise<void> {
  if ((row.found % forgetEvery) + fresh < forgetEvery) return
  const before = (row.passAt ?? now) - notedEveryMs
  await forgetPollKeys(client, row, { before, oldest: now - rememberedMs, most: mostKeys, limit: mostRemembered })
}

function startOf({ workspaceId, flowId, triggerId, version, planHash, type }: PollRow, data: JsonText, now: number): StartRun {
  const trigger = triggerText(type, now, data)
  const inbox = {
    id: idFrom('request', Math.floor(now), randomBytes(10)),
    method: 'ITEM',
    // No web request can have such a path.
    path: `${type}/${triggerId}`,
    remote: '',
    sizeBytes: Buffer.byteLength(data),
  }
  return { workspaceId, flowId, version, planHash, triggerId, trigger, startedBy: 'poll', inbox }
}

/** Each key once, the first one that comes. */
function distinct({ items }: Polled): Item[] {
  const seen = new Map<string, Item>()
  for (const { key, data } of items) {
    const hash = createHash('sha256').update(key).digest('hex')
    if (!seen.has(hash)) seen.set(hash, { hash, data })
  }
  return [...seen.values()]
}

/** As many as one transaction takes, by number and size; at least one portion, if an empty one. */
function portionsOf(items: readonly Item[]): Item[][] {
  const portions: Item[][] = [[]]
  let bytes = 0
  for (const item of items) {
    const last = portions.at(-1)
    if (last && last.length > 0 && (last.length === mostStarts || bytes + item.data.length > mostStartBytes)) {
      portions.push([item])
      bytes = item.data.length
    } else {
      last?.push(item)
      bytes += item.data.length
    }
  }
  return portions
}

function slices<T>(list: readonly T[], size: number): T[][] {
  const parts: T[][] = [list.slice(0, size)]
  for (let at = size; at < list.length; at += size) parts.push(list.slice(at, at + size))
  return parts
}
