import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { nameOf } from '#shared/flow-names.ts'
import { call } from '../../api/client.ts'
import { findNode } from '../document-index.ts'
import { keepSample } from '../drawer/sample-actions.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { arrivedSince } from './arrived-since.ts'

const lookEveryMs = 2000

/** Makes what starts the next run of a published flow the sample of the open start, as long as it has none. */
export function useFirstRun(stepId: string, isStart: boolean): void {
  const editor = useEditorStore()
  const flowId = useEditor((state) => state.flow.id)
  const isPublished = useEditor((state) => state.flow.publishedVersion !== null)
  const hasSample = useEditor((state) => state.overlay.samples.has(stepId))
  const seen = useRef<{ stepId: string; newest: string | null }>(undefined)
  const { data } = useQuery({
    queryKey: ['flow', flowId, 'first run', stepId],
    queryFn: async ({ signal }) => {
      // Of all its starts: the runs of one alone may lie far apart, and this asks often.
      const { items } = await call('listRuns', { query: { flowId, limit: 20 }, signal })
      const before = seen.current?.stepId === stepId ? seen.current.newest : undefined
      const { newest, arrived } = arrivedSince(before, stepId, items)
      seen.current = { stepId, newest }
      return arrived === undefined
        ? null
        : { id: arrived, value: (await call('getRun', { params: { id: arrived }, signal })).trigger }
    },
    enabled: isStart && isPublished && !hasSample,
    refetchInterval: lookEveryMs,
    gcTime: 0,
    retry: false,
  })
  useEffect(() => {
    const { document, overlay } = editor.store.getState()
    const node = findNode(document, stepId)
    if (data === undefined || data === null || overlay.samples.has(stepId) || node === undefined) return
    keepSample(editor, stepId, data.value, 'run').then(
      () => {
        editor.setStepProgress(stepId, { state: 'worked', line3: 'Last: just now' })
        editor.setSession({ drawer: { open: true, tab: 'out' } })
        editor.announce(`${nameOf(node)} started a run`)
      },
      // What comes next is another chance.
      () => undefined,
    )
  }, [editor, stepId, data])
}
