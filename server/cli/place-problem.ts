import type { z } from 'zod'
import type { Problem } from '#shared/api.ts'
import type { Flow } from '#shared/flow.ts'
import { nameOf } from '#shared/flow-names.ts'
import { placeInJson } from '#shared/json-text.ts'
import { codePaths, flowFile } from './flow-files.ts'

export interface PlacedProblem {
  file: string
  line: number
  column: number
  severity: 'error' | 'warning'
  message: string
  code: string
}

/** A problem at the place in the files where it can be mended: in the code itself, else where `flow.json` has it. */
export function placeProblem(problem: z.infer<typeof Problem>, document: Flow, flowText: string): PlacedProblem {
  const { severity, code, nodeId, param, message } = problem
  const index = document.nodes.findIndex(({ id }) => id === nodeId)
  const node = document.nodes[index]
  const codeFile = node === undefined || param !== 'code' ? undefined : codePaths(document)(node)
  if (codeFile !== undefined)
    return { file: codeFile, line: problem.line ?? 1, column: problem.column ?? 1, severity, message, code }
  const about = node === undefined || message.includes(nameOf(node)) ? '' : `${nameOf(node)}: `
  const place = placeOf(flowText, node === undefined ? [] : ['nodes', index], param)
  return { file: flowFile, ...place, severity, message: about + message, code }
}

/** Where a param or setting is, else the step, else the beginning. */
function placeOf(text: string, owner: (string | number)[], param: string | undefined): { line: number; column: number } {
  if (text === '') return { line: 1, column: 1 }
  const names = param?.split(/[.[\]]+/).filter((name) => name !== '') ?? []
  const ways =
    names.length === 0
      ? []
      : [
          [...owner, 'params', ...names],
          [...owner, ...names],
        ]
  for (const way of [...ways, [...owner, 'id'], owner]) {
    const at = placeInJson(text, way)
    if (at === undefined) continue
    const before = text.slice(0, at).split('\n')
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  }
  return { line: 1, column: 1 }
}
