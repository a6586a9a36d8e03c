import { useCallback, useEffect, useRef, useState } from 'react'
import type { Flow } from '#shared/flow.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import { isFinal } from '#shared/is-final.ts'
import type { Run, RunStep, RunStreamEvent } from '#shared/run.ts'
import { call, isApiProblem, problemText, routeUrl } from '../../api/client.ts'
import { canvasStates, takenEdges } from '../../runs/canvas-states.ts'
import { withStep } from '../../runs/with-step.ts'
import { showToast } from '../../ui/toast.ts'
import { findNode } from '../document-index.ts'
import { keepSample } from '../drawer/sample-actions.ts'
import { isTrigger } from '../exits.ts'
import type { DraftSaver } from '../save/draft-saver.ts'
import type { StepProgress } from '../state.ts'
import { useEditorStore, type Editor } from '../store.ts'

type Data<T extends RunStreamEvent['type']> = Extract<RunStreamEvent, { type: T }>['data']

/** Runs the whole draft once, on the sample of its start, and shows on the canvas how it goes. */
export function useTestRun(saver: DraftSaver): { isRunning: boolean; test: () => Promise<void> } {
  const editor = useEditorStore()
  const [runId, setRunId] = useState<string | undefined>(undefined)
  const source = useRef<EventSource | undefined>(undefined)
  useEffect(() => () => source.current?.close(), [])

  const follow = useCallback(
    (run: Run, document: Flow) => {
      let now = run
      let steps: RunStep[] = []
      // A quick run is over before it is followed, and its end is still to be seen, once.
      let isEnded = false
      const show = () =>
        editor.setOverlay({ steps: withoutLost(canvasStates(document, now, steps)), taken: takenEdges(document, now, steps) })
      show()
      const stream = new EventSource(routeUrl('streamRun', { id: run.id }))
      source.current?.close()
      source.current = stream
      const end = () => {
        stream.close()
        setRunId(undefined)
      }
      const see = (change: Data<'run'>) => {
        now = { ...now, ...change }
        show()
        if (isEnded || !isFinal(change.status)) return
        isEnded = true
        end()
        editor.announce(
          change.status === 'succeeded' ? 'The test run worked' : `The test run failed: ${change.error?.message ?? ''}`,
        )
        const failed = steps.find((step) => step.status === 'failed')
        if (failed !== undefined) editor.select([failed.nodeId])
        void keepOutputs(editor, run.id)
        performance.mark('test-done', { detail: { runId: run.id } })
      }
      stream.addEventListener('step', (event: MessageEvent<string>) => {
        const change: Data<'step'> = JSON.parse(event.data)
        steps = withStep(steps, change)
        show()
      })
      stream.addEventListener('run', (event: MessageEvent<string>) => {
        const change: Data<'run'> = JSON.parse(event.data)
        see(change)
      })
      stream.addEventListener('open', () => void readMissed())
      stream.addEventListener('error', () => {
        if (stream.readyState === EventSource.CLOSED) end()
      })
      // What happened before anybody listened, the whole of a quick run perhaps, is read.
      const readMissed = async () => {
        try {
          const { items } = await call('listSteps', { params: { id: run.id }, query: { limit: 200 } })
          for (const step of items) steps = withStep(steps, step)
          see(await call('getRun', { params: { id: run.id } }))
        } catch (problem) {
          // The stream goes on, and comes back by itself when the server was away.
          if (!isApiProblem(problem)) throw problem
        }
      }
    },
    [editor],
  )

  const test = useCallback(async () => {
    if (runId !== undefined) {
      await call('cancelRun', { params: { id: runId }, body: { when: 'now' } })
      return
    }
    const { document, catalog, overlay, flow } = editor.store.getState()
    const start = document.nodes.find((node) => isTrigger(node, catalog))
    const sample = start === undefined ? undefined : overlay.samples.get(start.id)?.value
    const input = isJsonObject(sample) && 'body' in sample ? sample['body'] : undefined
    editor.attendTo(document.nodes.map(({ id }) => id))
    setRunId('')
    try {
      await saver.flush()
      const run = await call('startRun', {
        params: { id: flow.id },
        body: {
          version: 'draft',
          ...(start === undefined ? {} : { trigger: start.id }),
          ...(input === undefined ? {} : { input }),
        },
      })
      if ('runId' in run) {
        setRunId(undefined)
        showToast({ title: 'The test did not start', description: droppedText(run.reason), kind: 'problem' })
        return
      }
      setRunId(run.id)
      follow(run, document)
    } catch (error) {
      setRunId(undefined)
      showToast({ title: 'The test could not start', description: problemText(error), kind: 'problem' })
    }
  }, [editor, saver, follow, runId])

  return { isRunning: runId !== undefined, test }
}

/** Why the flow's own settings did not let it start. */
function droppedText(reason: string): string {
  switch (reason) {
    case 'rate_limited':
      return 'The flow lets in only so many starts in a time, and this is one too many. Try again later.'
    case 'singleton':
      return 'A run is going on already, and the flow allows only one at a time.'
    case 'debounced':
      return 'There was a start just before, and the flow waits for quiet between two.'
    case 'key_failed':
      return 'A key in the flow’s settings can’t be worked out from this start’s data.'
    default:
      return 'As many runs as the flow allows are going on already.'
  }
}

/** What the steps gave becomes their samples, as when they are tested one by one. */
async function keepOutputs(editor: Editor, runId: string): Promise<void> {
  try {
    const { items } = await call('listSteps', { params: { id: runId }, query: { limit: 200 } })
    const known = editor.store.getState().document
    for (const { path, nodeId, status, output } of items) {
      // Inside a loop a step has many outputs and none is the one.
      if (status !== 'succeeded' || path !== nodeId || output === undefined || findNode(known, nodeId) === undefined) continue
      await keepSample(editor, nodeId, output, 'test')
    }
  } catch (problem) {
    if (!isApiProblem(problem)) throw problem
    showToast({ title: 'The data of the test could not be kept', description: problemText(problem), kind: 'problem' })
  }
}

/** In the editor a step that wasn't reached is simply a step one hasn't tested: it isn't greyed. */
function withoutLost(states: ReadonlyMap<string, StepProgress>): Map<string, StepProgress> {
  return new Map([...states].filter(([, { state }]) => state !== 'not-reached'))
}
