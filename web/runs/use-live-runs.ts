import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { RunSummary } from '#shared/run.ts'
import { call } from '../api/client.ts'
import { runsQuery, type RunFilters } from '../api/queries.ts'
import { mergeRuns } from './merge-runs.ts'

const refreshMs = 1500

export interface LiveRuns {
  rows: RunSummary[]
  newCount: number
  showNew: () => void
  isPending: boolean
  error: Error | null
  retry: () => void
  showMore: (() => void) | undefined
  isLoadingMore: boolean
}

/**
 * Runs that match the filters, kept up to date. While `isHeld`, new ones are counted rather than added, so that no row
 * moves away under a pointer or the keyboard.
 */
export function useLiveRuns(filters: RunFilters, isHeld: boolean): LiveRuns {
  const key = JSON.stringify(filters)
  const pages = useInfiniteQuery({
    ...runsQuery(filters),
    staleTime: Infinity,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  })
  const head = useQuery({
    queryKey: ['runs', filters, 'head'],
    queryFn: ({ signal }) => call('listRuns', { query: filters, signal }),
    refetchInterval: refreshMs,
    staleTime: 0,
  })
  const [held, setHeld] = useState<{ key: string; until: string | undefined }>({ key, until: undefined })

  const older = pages.data?.pages.flatMap((page) => page.items) ?? []
  const fresh = { items: head.data?.items ?? older, isWhole: head.data !== undefined && head.data.nextCursor === null }
  const newest = fresh.items[0]?.id
  // The line between shown and new moves with the newest run, except while the list is held.
  const until = isHeld && held.key === key ? held.until : newest
  if (held.key !== key || held.until !== until) setHeld({ key, until })

  const merged = mergeRuns(fresh, older, until)
  const { refetch } = pages
  const showNew = () => {
    setHeld({ key, until: newest })
    if (merged.hasGap) void refetch()
  }
  const mustFillGap = merged.hasGap && !isHeld
  useEffect(() => {
    if (mustFillGap) void refetch()
  }, [mustFillGap, refetch])
  return {
    rows: merged.rows,
    newCount: merged.newCount,
    showNew,
    isPending: pages.isPending,
    error: pages.error,
    retry: () => void refetch(),
    showMore: pages.hasNextPage ? () => void pages.fetchNextPage() : undefined,
    isLoadingMore: pages.isFetchingNextPage,
  }
}
