import { type FlowNode, nameOf } from '../flow.ts'
import { caseIdsOf, errorHandle, otherwiseHandle } from '../graph.ts'
import type { NodeType } from '../manifest.ts'
import { checkParams } from '../params-check.ts'
import type { Drawing } from './drawing.ts'

/** A node's params: by its type's schema, then what a schema can't say. */
export function checkNodeParams(drawing: Drawing, node: FlowNode, type: NodeType): void {
  for (const { severity, param, code, message } of checkParams(node.params, type.params)) {
    drawing.problems.push({ severity, nodeId: node.id, param, code, message: `"${nameOf(node)}": ${message}` })
  }
  const rule = Object.hasOwn(rules, node.type) ? rules[node.type] : undefined
  rule?.((code, param, message) => drawing.error(code, `"${nameOf(node)}": ${message}`, { nodeId: node.id, param }), node)
}

type Report = (code: 'missing_param' | 'invalid_param', param: string, message: string) => void

const rules: { [type: string]: (report: Report, node: FlowNode) => void } = {
  delay(report, { params }) {
    const hasFor = params['for'] !== undefined
    const hasUntil = params['until'] !== undefined && params['until'] !== ''
    if (!hasFor && !hasUntil) report('missing_param', 'for', 'say how long to wait, or until when.')
    if (hasFor && hasUntil) report('invalid_param', 'until', 'a length of time and a date are both given. Keep one of them.')
  },
  switch(report, node) {
    const seen = new Set<string>()
    for (const [index, id] of caseIdsOf(node).entries()) {
      const param = `cases.${index}.id`
      if (id === otherwiseHandle || id === errorHandle)
        report('invalid_param', param, `a way can't be called "${id}": that name is taken. Choose another.`)
      if (seen.has(id)) report('invalid_param', param, `two ways are called "${id}". Give one another name.`)
      seen.add(id)
    }
  },
  code(report, { params }) {
    if (typeof params['code'] === 'string' && params['code'].trim() === '')
      report('missing_param', 'code', 'there is no code yet. Write some, or remove the step.')
  },
}

/** Addresses of web requests: each belongs to one start. */
export function checkPaths(drawing: Drawing, isPathTaken: ((path: string) => boolean) | undefined): void {
  const owners = new Map<string, FlowNode>()
  for (const node of drawing.flow.nodes) {
    const { path } = node.params
    if (node.type !== 'webhook' || typeof path !== 'string' || path === '') continue
    const where = { nodeId: node.id, param: 'path' }
    const owner = owners.get(path)
    if (owner)
      drawing.error(
        'path_taken',
        `"${nameOf(node)}" and "${nameOf(owner)}" have the same address "${path}". Change one of them.`,
        where,
      )
    else if (isPathTaken?.(path))
      drawing.error(
        'path_taken',
        `The address "${path}" belongs to another flow. Choose another one for "${nameOf(node)}".`,
        where,
      )
    owners.set(path, node)
  }
}
