import type { z } from 'zod'
import type { Problem } from '#shared/api.ts'
import { type Flow, nameOf } from '#shared/flow.ts'
import { codePaths, flowFile } from './flow-files.ts'

export interface PlacedProblem {
  file: string
  line: number
  column: number
  severity: 'error' | 'warning'
  message: string
  code: string
}

/** A problem at the place in the files where it can be mended: in the code itself, else where `flow.json` has the step. */
export function placeProblem(problem: z.infer<typeof Problem>, document: Flow, flowText: string): PlacedProblem {
  const { severity, code, nodeId, param, message } = problem
  const node = document.nodes.find(({ id }) => id === nodeId)
  const codeFile = node === undefined || param !== 'code' ? undefined : codePaths(document)(node)
  if (codeFile !== undefined)
    return { file: codeFile, line: problem.line ?? 1, column: problem.column ?? 1, severity, message, code }
  const about = node === undefined ? '' : `${nameOf(node)}${param === undefined ? '' : `, ${param}`}: `
  return { file: flowFile, ...placeOf(nodeId, flowText), severity, message: about + message, code }
}

function placeOf(nodeId: string | undefined, text: string): { line: number; column: number } {
  const at = nodeId === undefined ? -1 : text.search(new RegExp(`"id"\\s*:\\s*"${nodeId}"`))
  if (at < 0) return { line: 1, column: 1 }
  const before = text.slice(0, at).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
