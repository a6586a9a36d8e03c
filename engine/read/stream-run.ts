import { setTimeout as sleep } from 'node:timers/promises'
import type { RunStreamEvent } from '#shared/run.ts'
import { findRun, listWaits } from '../db/find-run.ts'
import { lineFromRow, listLines, type ShownLine } from '../db/list-logs.ts'
import { loadJournalAfter } from '../db/load-journal-after.ts'
import { type ShownRun, summaryFromRow } from '../db/run-row.ts'
import type { JournalEvent } from '../state/journal.ts'
import { type Reader, waitFromRow } from './read-run.ts'
import { createStepsView, type StepsView } from './step-view.ts'

/** How often a run is looked at that another process carries out. */
const pollMs = 500
const mostLines = 10_000
/** Log lines are written with these. */
const endings: ReadonlySet<string> = new Set(['step.finished', 'step.failed', 'step.suspended'])

/** Wakes those who watch a run in this process. */
export interface Watchers {
  /** Resolves when something of the run was committed here. */
  next(runId: string, signal: AbortSignal): Promise<void>
  tell(runId: string): void
}

export function createWatchers(): Watchers {
  const watching = new Map<string, Set<() => void>>()
  return {
    next(runId, signal) {
      return new Promise((resolve) => {
        const all = watching.get(runId) ?? new Set()
        watching.set(runId, all)
        const done = () => {
          all.delete(done)
          if (all.size === 0 && watching.get(runId) === all) watching.delete(runId)
          signal.removeEventListener('abort', done)
          resolve()
        }
        all.add(done)
        signal.addEventListener('abort', done, { once: true })
      })
    },
    tell(runId) {
      const all = watching.get(runId)
      if (all) for (const done of all) done()
    },
  }
}

/**
 * What happens in a run, as it happens, read from its journal: the same events in the same order for everybody, each
 * with an id to go on after. Ends after the run's end.
 */
export async function* streamRun(
  reader: Reader,
  watchers: Watchers,
  { workspaceId, runId, afterId }: { workspaceId: string; runId: string; afterId: string | undefined },
  signal: AbortSignal,
): AsyncGenerator<RunStreamEvent> {
  const row = await findRun(reader.database, workspaceId, runId)
  if (!row) return
  const view = createStepsView(await reader.indexOf(row.planHash))
  const after = placeFrom(afterId)
  while (!signal.aborted) {
    const looked = new AbortController()
    const told = watchers.next(runId, AbortSignal.any([signal, looked.signal]))
    const events = await loadJournalAfter(reader.database, workspaceId, runId, view.state.seq)
    const lines = await loadLines(reader, workspaceId, runId, events)
    for (const event of events) {
      for (const [n, sent] of (
        await eventsOf(reader, { ...row, workspaceId }, view, event, lines.get(event.seq) ?? [])
      ).entries()) {
        if (event.seq > after.seq || (event.seq === after.seq && n > after.n)) yield { ...sent, id: `${event.seq}-${n}` }
      }
    }
    if (view.state.end) {
      looked.abort()
      return
    }
    if (events.length === 0)
      await Promise.race([told, sleep(pollMs, undefined, { signal: looked.signal }).catch(() => undefined)])
    looked.abort()
  }
}

function placeFrom(id: string | undefined): { seq: number; n: number } {
  const [, seq, n] = /^(\d+)-(\d+)$/.exec(id ?? '') ?? []
  return seq === undefined ? { seq: -1, n: 0 } : { seq: Number(seq), n: Number(n) }
}

type Sent = RunStreamEvent extends infer E ? (E extends RunStreamEvent ? Omit<E, 'id'> : never) : never

/** What one event of the journal shows: its steps, then their log lines, then the run if its status may have changed. */
async function eventsOf(
  reader: Reader,
  row: ShownRun & { workspaceId: string },
  view: StepsView,
  event: JournalEvent,
  lines: readonly ShownLine[],
): Promise<Sent[]> {
  const steps = view
    .add(event)
    .map((step): Sent => ({ type: 'step', data: { ...step, attempts: step.attempts.map((one) => ({ ...one })) } }))
  const logged = lines.map((line): Sent => ({ type: 'log', data: lineFromRow(line) }))
  if ('path' in event && event.kind !== 'step.waiting') return [...steps, ...logged]
  const run = (await findRun(reader.database, row.workspaceId, row.id)) ?? row
  const waits = run.finishedAt === null ? await listWaits(reader.database, row.workspaceId, row.id) : []
  const data = { ...summaryFromRow(run), waits: waits.map((wait) => waitFromRow(reader, run, wait)) }
  return [...steps, ...logged, { type: 'run', data }]
}

/** The log lines written with these events, by the event. */
async function loadLines(
  reader: Reader,
  workspaceId: string,
  runId: string,
  events: readonly JournalEvent[],
): Promise<Map<number, ShownLine[]>> {
  const [first] = events
  const lines =
    first && events.some((event) => endings.has(event.kind))
      ? await listLines(reader.database, {
          workspaceId,
          runId,
          path: undefined,
          after: { seq: first.seq, n: -1 },
          limit: mostLines,
        })
      : []
  const bySeq = new Map<number, ShownLine[]>()
  for (const line of lines) bySeq.set(line.seq, [...(bySeq.get(line.seq) ?? []), line])
  return bySeq
}
