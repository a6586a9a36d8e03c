import type { Json } from '#shared/json.ts'
import { call } from '../../api/client.ts'
import { showToast } from '../../ui/toast.ts'
import { findNode } from '../document-index.ts'
import type { Sample } from '../state.ts'
import type { Editor } from '../store.ts'

/** Keeps a value as the sample of a step, on the server and here. */
export async function keepSample(editor: Editor, stepId: string, value: Json, source: Sample['source']): Promise<void> {
  editor.setSample(await call('putSample', { params: { id: editor.store.getState().flow.id, stepId }, body: { value, source } }))
}

/** Forgets the sample of a step. */
export async function forgetSample(editor: Editor, stepId: string): Promise<void> {
  await call('deleteSample', { params: { id: editor.store.getState().flow.id, stepId } })
  const samples = new Map(editor.store.getState().overlay.samples)
  samples.delete(stepId)
  editor.setOverlay({ samples })
  editor.setStepProgress(stepId, undefined)
}

/** What a step gave in the newest run that reached it; undefined when there is none. */
async function valueFromLastRun(editor: Editor, stepId: string): Promise<Json | undefined> {
  const { flow, document, catalog } = editor.store.getState()
  const isTrigger = catalog.get(findNode(document, stepId)?.type ?? '')?.role === 'trigger'
  const { items } = await call('listRuns', { query: { flowId: flow.id, limit: 5 } })
  for (const run of items) {
    if (isTrigger) {
      if (run.triggerId === stepId) return (await call('getRun', { params: { id: run.id } })).trigger
      continue
    }
    const steps = await call('listSteps', { params: { id: run.id }, query: { limit: 200 } })
    const step = steps.items.find((other) => other.path === stepId && other.status === 'succeeded')
    if (step !== undefined) return step.output
  }
  return undefined
}

/** Takes what the newest run gave as the sample of a step; says so when no run has reached it yet. */
export async function takeLastRun(editor: Editor, stepId: string): Promise<void> {
  const value = await valueFromLastRun(editor, stepId)
  if (value !== undefined) return keepSample(editor, stepId, value, 'run')
  showToast({
    title: 'No run has reached this step yet',
    description: 'Publish the flow and run it once, or write a sample.',
  })
}
