import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { RequestDrain } from '#shared/inbox-request.ts'
import { showToast } from '../ui/toast.ts'

/** Keeps the list of requests in step with a sending through that is looked at, and says when it has come to its end. */
export function useDrainSteps(flowId: string, drain: RequestDrain | undefined): void {
  const client = useQueryClient()
  const before = useRef<RequestDrain>(undefined)
  useEffect(() => {
    const last = before.current
    before.current = drain
    if (drain === undefined || last === undefined || !isGoing(last)) return
    if (last.left !== drain.left || last.status !== drain.status)
      void client.invalidateQueries({
        queryKey: ['flow', flowId, 'requests'],
        predicate: ({ queryKey }) => queryKey[3] !== 'drain',
      })
    // Stopped, it leaves some that are kept.
    if (drain.status === 'finished' && drain.kept === 0)
      showToast({
        kind: 'success',
        title:
          drain.total === 1 ? 'The kept request is sent through' : `All ${drain.total.toLocaleString('en')} are sent through`,
      })
  }, [client, flowId, drain])
}

function isGoing({ status }: RequestDrain): boolean {
  return status === 'running' || status === 'waiting'
}
