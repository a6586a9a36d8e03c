import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { RunStep } from '#shared/run.ts'
import { insideQuery } from '../api/queries.ts'
import { askedIn } from './code-step-of-run.ts'

/** The step an address names. One of code that asked a thousand times may not be among those that were read: it is looked for. */
export function useStepAt(
  runId: string,
  { steps, isReading, path }: { steps: readonly RunStep[]; isReading: boolean; path: string | undefined },
): RunStep | undefined {
  const known = steps.find((step) => step.path === path)
  const by = path === undefined || known !== undefined || isReading ? undefined : askedIn(path)?.by
  const inside = useInfiniteQuery({ ...insideQuery(runId, by ?? ''), enabled: by !== undefined })
  const found = by === undefined ? undefined : inside.data?.pages.flatMap((page) => page.items).find((step) => step.path === path)
  const { hasNextPage, isFetching, fetchNextPage } = inside
  const mustReadOn = by !== undefined && found === undefined && hasNextPage && !isFetching
  useEffect(() => {
    if (mustReadOn) void fetchNextPage()
  }, [mustReadOn, fetchNextPage])
  return known ?? found
}
