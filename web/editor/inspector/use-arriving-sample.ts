import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { call } from '../../api/client.ts'
import { nameOf } from '#shared/flow-names.ts'
import type { Json } from '#shared/json.ts'
import { findNode } from '../document-index.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { jsonTextOf } from './template/sample-scope.ts'

/** Every two seconds, and less often the more there is to read each time: 5 MB once a minute. */
function lookEveryMs(sample: Json | undefined): number {
  return sample === undefined ? 2000 : 2000 + (jsonTextOf(sample)?.length ?? 0) / 100
}

/** Notices requests that reach the flow from outside while their start is open, and shows them as its sample, below the canvas. */
export function useArrivingSample(stepId: string): void {
  const editor = useEditorStore()
  const flowId = useEditor((state) => state.flow.id)
  const hasSample = useEditor((state) => state.overlay.samples.has(stepId))
  const { data } = useQuery({
    queryKey: ['flow', flowId, 'arriving', stepId],
    // Asking for one that isn't there is an error to the browser; a list that lacks it is not.
    queryFn: async ({ signal }) =>
      hasSample
        ? call('getSample', { params: { id: flowId, stepId }, signal })
        : ((await call('listSamples', { params: { id: flowId }, signal })).items.find((sample) => sample.stepId === stepId) ??
          null),
    refetchInterval: () => lookEveryMs(editor.store.getState().overlay.samples.get(stepId)?.value),
    retry: false,
  })
  useEffect(() => {
    const known = editor.store.getState().overlay.samples.get(stepId)
    if (data === undefined || data === null || data.at <= (known?.at ?? '')) return
    editor.setSample(data)
    editor.setStepProgress(stepId, { state: 'worked', line3: 'Last: just now' })
    editor.setSession({ drawer: { open: true, tab: 'out' } })
    const node = findNode(editor.store.getState().document, stepId)
    if (node !== undefined) editor.announce(`A request arrived at ${nameOf(node)}`)
  }, [editor, stepId, data])
}
