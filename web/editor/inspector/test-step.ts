import { useStore } from 'zustand'
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { StepTest } from '#shared/api.ts'
import { nameOf } from '#shared/flow-names.ts'
import { call, isApiProblem, problemText } from '../../api/client.ts'
import { findNode } from '../document-index.ts'
import { errorWords } from '../drawer/error-words.ts'
import type { Problem } from '../state.ts'
import type { Editor } from '../store.ts'
import { useEditorStore } from '../store.ts'
import { shortValue, timeWords } from './data/value-words.ts'

/** How the last test of a step went. */
export type StepTestState =
  | { kind: 'running'; startedAt: number }
  | { kind: 'done'; at: string; result: StepTest; testedCode: string | undefined }
  /** Given up by the person. */
  | { kind: 'stopped'; at: string }
  /** The test itself could not be made: the server is away, or the flow can't be read yet. */
  | { kind: 'refused'; at: string; reason: string; problems: readonly Problem[]; testedCode: string | undefined }

type Tests = ReadonlyMap<string, StepTestState>

/** What ends a test that is under way; by the editor and the step. */
const underWay = new WeakMap<Editor, Map<string, AbortController>>()
const stores = new WeakMap<Editor, StoreApi<Tests>>()

function testsOf(editor: Editor): StoreApi<Tests> {
  const known = stores.get(editor)
  if (known !== undefined) return known
  const store = createStore<Tests>(() => new Map())
  stores.set(editor, store)
  return store
}

/** How the last test of this step went, in this sitting; undefined before the first. */
export function useStepTest(stepId: string | undefined): StepTestState | undefined {
  return useStore(testsOf(useEditorStore()), (tests) => (stepId === undefined ? undefined : tests.get(stepId)))
}

/**
 * Runs one step on the samples of those before it and shows how it went: on the card, in the drawer and to people who
 * listen. What it gave becomes its sample at once. A step that is being tested is not tested a second time.
 */
export async function testStep(editor: Editor, stepId: string): Promise<void> {
  const tests = testsOf(editor)
  const { document, flow, session } = editor.store.getState()
  const node = findNode(document, stepId)
  if (node === undefined || tests.getState().get(stepId)?.kind === 'running') return
  editor.attendTo([stepId])
  const set = (test: StepTestState) => tests.setState(new Map(tests.getState()).set(stepId, test), true)

  const { code } = node.params
  const testedCode = typeof code === 'string' ? code : undefined
  const giveUp = new AbortController()
  const controllers = underWay.get(editor) ?? new Map<string, AbortController>()
  underWay.set(editor, controllers.set(stepId, giveUp))

  set({ kind: 'running', startedAt: Date.now() })
  editor.setStepProgress(stepId, { state: 'running' })
  try {
    const result = await call('testStep', { params: { id: flow.id }, body: { document, stepId }, signal: giveUp.signal })
    const at = new Date().toISOString()
    set({ kind: 'done', at, result, testedCode })
    if (result.status === 'succeeded') {
      editor.setSample({ stepId, source: 'test', at, value: result.output })
      const words = [countWords(result), timeWords(result.durationMs)].join(' · ')
      editor.setStepProgress(stepId, {
        state: 'worked',
        line3: words,
        ...(Array.isArray(result.output) ? { count: result.output.length } : {}),
      })
      editor.announce(`${nameOf(node)} worked: ${words}`)
    } else {
      const reason = result.error === null ? 'It gave no reason' : errorWords(result.error)
      editor.setStepProgress(stepId, { state: 'failed', line3: reason })
      editor.announce(`Test failed at ${nameOf(node)}: ${reason}`)
    }
    editor.setSession({ drawer: { open: true, tab: session.drawer.open && session.drawer.tab === 'log' ? 'log' : 'out' } })
    afterPaint(() => performance.mark('test-done', { detail: { stepId } }))
  } catch (error) {
    const at = new Date().toISOString()
    editor.setStepProgress(stepId, undefined)
    if (giveUp.signal.aborted) {
      set({ kind: 'stopped', at })
      editor.announce(`The test of ${nameOf(node)} was stopped`)
      return
    }
    const reason = refusalText(error)
    const problems = isApiProblem(error) ? error.problems.filter((problem) => problem.nodeId === stepId) : []
    set({ kind: 'refused', at, reason, problems, testedCode })
    editor.announce(`${nameOf(node)} could not be tested: ${reason}`)
  } finally {
    controllers.delete(stepId)
  }
}

/** Gives a test up. The server ends what it runs for it. */
export function stopTest(editor: Editor, stepId: string): void {
  underWay.get(editor)?.get(stepId)?.abort()
}

/** What the step gave, as its card says it: `3 items`, `total 21`, `1 item`. */
function countWords({ output }: StepTest): string {
  if (Array.isArray(output)) return shortValue(output)
  return output === null ? 'nothing' : '1 item'
}

function refusalText(error: unknown): string {
  if (!isApiProblem(error)) return problemText(error)
  return error.problems.find((problem) => problem.severity === 'error')?.message ?? error.detail
}

function afterPaint(then: () => void): void {
  requestAnimationFrame(() => setTimeout(then))
}
