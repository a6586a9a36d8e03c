import { useMemo } from 'react'
import { nameOf } from '#shared/flow-names.ts'
import type { Json } from '#shared/json.ts'
import { isSaidAtPlace } from '../../attended.ts'
import { setParams } from '../../commands/step-fields.ts'
import { findNode } from '../../document-index.ts'
import { messageAtStep } from '../../problems.ts'
import type { Problem } from '../../state.ts'
import { useEditor, useEditorStore } from '../../store.ts'
import { useStepId } from '../step-in-focus.ts'
import { type Field, isShown, readField, writeField } from './field-model.ts'

const noParams = {}

/** The value of one field of the step in focus, and the way to change it. Draws again only when that value changes. */
export function useParam(path: readonly string[]): [Json | undefined, (value: Json | undefined) => void] {
  const editor = useEditorStore()
  const stepId = useStepId()
  const value = useEditor((state) => readField(findNode(state.document, stepId)?.params ?? noParams, path))
  return [
    value,
    (next) => {
      const params = findNode(editor.store.getState().document, stepId)?.params
      const [name] = path
      if (params === undefined || name === undefined) return
      editor.run(setParams, { nodeId: stepId, params: { [name]: writeField(params, path, next)[name] } })
    },
  ]
}

/** Whether a field is of any use while the others of the step in focus are as they are. */
export function useShown(field: Field): boolean {
  const stepId = useStepId()
  return useEditor((state) => isShown(field, findNode(state.document, stepId)?.params ?? noParams))
}

/** What is said at a field of what is wrong there: the first error, else the first warning. */
export function useProblem(param: string): Problem | undefined {
  return useProblems(param)[0]
}

/** What is said at a field of what is wrong with it or with something inside it, errors first. */
export function useProblems(param: string): Problem[] {
  const problems = useAllProblems(param)
  const attended = useEditor((state) => state.session.attended)
  return useMemo(() => problems.filter((problem) => isSaidAtPlace(problem, attended)), [problems, attended])
}

/** All that is wrong with a field or with something inside it, errors first, whether or not anybody was there yet. */
export function useAllProblems(param: string): Problem[] {
  const stepId = useStepId()
  const problems = useEditor((state) => state.overlay.problems)
  const name = useEditor((state) => {
    const node = findNode(state.document, stepId)
    return node === undefined ? '' : nameOf(node)
  })
  return useMemo(() => {
    const own = problems.filter((problem) => problem.nodeId === stepId && isAbout(problem.param, param))
    const weight = (problem: Problem) => (problem.severity === 'error' ? 0 : 1)
    return own.toSorted((a, b) => weight(a) - weight(b)).map((problem) => ({ ...problem, message: messageAtStep(problem, name) }))
  }, [problems, stepId, param, name])
}

/** Whether a problem's dotted way into the params leads to this field or into it. */
export function isAbout(way: string | undefined, param: string): boolean {
  return way !== undefined && (way === param || way.startsWith(`${param}.`) || way.startsWith(`${param}[`))
}
