import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { nameOf } from '#shared/flow-names.ts'
import { call } from '../../api/client.ts'
import { findNode } from '../document-index.ts'
import { keepSample } from '../drawer/sample-actions.ts'
import { type Editor, useEditor, useEditorStore } from '../store.ts'
import { arrivedSince } from './arrived-since.ts'

const lookEveryMs = 2000

/**
 * Makes what starts the next run of a published flow the sample of the open start, as long as it has none. True from the
 * moment that a run that starts now will be noticed.
 */
export function useFirstRun(stepId: string, isStart: boolean): boolean {
  const editor = useEditorStore()
  const flowId = useEditor((state) => state.flow.id)
  const isPublished = useEditor((state) => state.flow.publishedVersion !== null)
  const hasSample = useEditor((state) => state.overlay.samples.has(stepId))
  const isLooking = isStart && isPublished && !hasSample
  const seen = useRef<{ stepId: string; newest: string | null }>(undefined)
  const isTaking = useRef(false)
  const { data } = useQuery({
    queryKey: ['flow', flowId, 'newest runs', stepId],
    // Of all its starts: the runs of one alone may lie far apart, and this asks often.
    queryFn: async ({ signal }) => ({
      runs: (await call('listRuns', { query: { flowId, limit: 20 }, signal })).items,
      // Makes each look a new one: what couldn't be taken after the last is tried again.
      at: Date.now(),
    }),
    enabled: isLooking,
    refetchInterval: lookEveryMs,
    gcTime: 0,
    retry: false,
  })
  useEffect(() => {
    if (!isLooking || data === undefined || isTaking.current) return
    const before = seen.current?.stepId === stepId ? seen.current.newest : undefined
    const { newest, arrived } = arrivedSince(before, stepId, data.runs)
    if (arrived === undefined) {
      seen.current = { stepId, newest }
      return
    }
    isTaking.current = true
    takeAsSample(editor, stepId, arrived)
      .then(() => (seen.current = { stepId, newest }))
      // The next look finds it again.
      .catch(() => undefined)
      .finally(() => (isTaking.current = false))
  }, [editor, stepId, isLooking, data])
  return isLooking && data !== undefined
}

async function takeAsSample(editor: Editor, stepId: string, runId: string): Promise<void> {
  const { trigger } = await call('getRun', { params: { id: runId } })
  const { document, overlay } = editor.store.getState()
  const node = findNode(document, stepId)
  // Meanwhile somebody may have written one, or removed the step.
  if (node === undefined || overlay.samples.has(stepId)) return
  await keepSample(editor, stepId, trigger, 'run')
  editor.setStepProgress(stepId, { state: 'worked', line3: 'Last: just now' })
  editor.setSession({ drawer: { open: true, tab: 'out' } })
  editor.announce(`${nameOf(node)} started a run`)
}
