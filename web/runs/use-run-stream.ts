import { useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { RouteReply } from '#shared/api.ts'
import type { LogLine, Run, RunStreamEvent } from '#shared/run.ts'
import { routeUrl } from '../api/client.ts'
import { logsQuery, runQuery, stepsQuery } from '../api/queries.ts'
import { isOver } from './run-words.ts'
import { withStep } from './with-step.ts'

type Data<T extends RunStreamEvent['type']> = Extract<RunStreamEvent, { type: T }>['data']

/** `over` once the run has ended: nothing more is listened for. */
export type StreamState = 'live' | 'reconnecting' | 'over'

const firstRetryMs = 500
const longestRetryMs = 8000
// What steps took and gave is not in the stream, nor that a run waits no longer. Both are read again soon after a step
// changed, once for several changes.
const settleMs = 250

/** Keeps the queries of a run up to date from its stream while it goes on, through restarts of the server too. */
export function useRunStream(run: Run | undefined): StreamState {
  const queryClient = useQueryClient()
  const id = run?.id
  const isRunOver = run === undefined || isOver(run.status)
  const [isBroken, setBroken] = useState(false)

  useEffect(() => {
    if (id === undefined || isRunOver) return undefined
    let source: EventSource | undefined
    let retryTimer: ReturnType<typeof setTimeout> | undefined
    let settleTimer: ReturnType<typeof setTimeout> | undefined
    let retryMs = firstRetryMs
    let wasCut = false

    const readSoon = () => {
      settleTimer ??= setTimeout(() => {
        settleTimer = undefined
        void queryClient.invalidateQueries({ queryKey: runQuery(id).queryKey })
      }, settleMs)
    }
    const connect = () => {
      source = new EventSource(routeUrl('streamRun', { id }))
      source.addEventListener('open', () => {
        if (wasCut) catchUp(queryClient, id)
        wasCut = false
        retryMs = firstRetryMs
        setBroken(false)
      })
      source.addEventListener('error', () => {
        wasCut = true
        setBroken(true)
        // EventSource comes back by itself from a cut line, and gives up for good when it is answered with an error.
        if (source?.readyState !== EventSource.CLOSED) return
        clearTimeout(retryTimer)
        retryTimer = setTimeout(connect, retryMs)
        retryMs = Math.min(retryMs * 2, longestRetryMs)
      })
      source.addEventListener('run', (event) => {
        const change: Data<'run'> = JSON.parse(event.data)
        applyRun(queryClient, change)
      })
      source.addEventListener('step', (event) => {
        const change: Data<'step'> = JSON.parse(event.data)
        applyStep(queryClient, id, change)
        readSoon()
      })
      source.addEventListener('log', (event) => {
        const line: LogLine = JSON.parse(event.data)
        applyLog(queryClient, id, line)
      })
    }
    connect()
    return () => {
      source?.close()
      clearTimeout(retryTimer)
      clearTimeout(settleTimer)
      setBroken(false)
    }
  }, [id, isRunOver, queryClient])

  if (isRunOver) return 'over'
  return isBroken ? 'reconnecting' : 'live'
}

/** What happened while nobody listened is read, not guessed; so is what could not be read meanwhile. */
function catchUp(queryClient: QueryClient, runId: string): void {
  void queryClient.invalidateQueries({ queryKey: runQuery(runId).queryKey })
  void queryClient.refetchQueries({ type: 'active', predicate: (query) => query.state.status === 'error' })
}

function applyRun(queryClient: QueryClient, change: Data<'run'>): void {
  const { queryKey } = runQuery(change.id)
  queryClient.setQueryData<Run>(queryKey, (run) => (run === undefined ? run : { ...run, ...change }))
  // The end brings the output and the last steps; both are read whole.
  if (isOver(change.status)) void queryClient.invalidateQueries({ queryKey })
}

function applyStep(queryClient: QueryClient, runId: string, change: Data<'step'>): void {
  queryClient.setQueryData<InfiniteData<RouteReply<'listSteps'>, string | undefined>>(stepsQuery(runId).queryKey, (data) => {
    if (data === undefined) return data
    const last = data.pages.length - 1
    const known = data.pages.findIndex((page) => page.items.some((step) => step.path === change.path))
    const target = known === -1 ? last : known
    return {
      ...data,
      pages: data.pages.map((page, index) => (index === target ? { ...page, items: withStep(page.items, change) } : page)),
    }
  })
}

function applyLog(queryClient: QueryClient, runId: string, line: LogLine): void {
  const { queryKey } = logsQuery(runId, line.path)
  // Only a log that is being looked at is in the cache, and it is read again: the stream may repeat lines.
  void queryClient.invalidateQueries({ queryKey })
}
