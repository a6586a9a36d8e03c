import type { FlowNode } from '../flow.ts'
import { nameOf } from '../flow-names.ts'
import { caseIdsOf, errorHandle, otherwiseHandle } from '../graph.ts'
import { findDurationMs } from '../duration.ts'
import { singleHole } from '../expression/render.ts'
import { isWebAddress } from '../form-page.ts'
import { itemName } from '../item-name.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { Json } from '../json.ts'
import type { NodeType } from '../manifest.ts'
import { hasOwnAddress } from '../own-address.ts'
import { checkParams } from '../params-check.ts'
import { checkPoll } from './check-poll.ts'
import { checkSchedule } from './check-schedule.ts'
import type { Drawing } from './drawing.ts'

/** A node's params: by its type's schema, then what a schema can't say. */
export function checkNodeParams(drawing: Drawing, node: FlowNode, type: NodeType): void {
  for (const { severity, param, code, message } of checkParams(node.params, type.params)) {
    drawing.problems.push({ severity, nodeId: node.id, param, code, message: `"${nameOf(node)}": ${message}` })
  }
  const report: Report = (code, param, message) =>
    drawing.error(code, `"${nameOf(node)}": ${message}`, { nodeId: node.id, param })
  const rule = Object.hasOwn(rules, node.type) ? rules[node.type] : undefined
  rule?.(report, node)
  if (type.polls) checkPoll(report, node.params)
}

/** Tells of something wrong with one of a node's params. */
export type Report = (
  code: 'missing_param' | 'invalid_param' | 'invalid_cron' | 'invalid_time_zone' | 'invalid_duration',
  param: string,
  message: string,
) => void

const rules: { [type: string]: (report: Report, node: FlowNode) => void } = {
  delay(report, { params }) {
    const hasFor = params['for'] !== undefined
    const hasUntil = params['until'] !== undefined && params['until'] !== ''
    if (!hasFor && !hasUntil) report('missing_param', 'for', 'say how long to wait, or until when.')
    if (hasFor && hasUntil) report('invalid_param', 'until', 'a length of time and a date are both given. Keep one of them.')
  },
  forEach(report, { params }) {
    const { items, collect } = params
    if (items === undefined || items === null || items === '') report('missing_param', 'items', 'say which list to go through.')
    else if (!Array.isArray(items) && typeof items !== 'string')
      report('invalid_param', 'items', 'what it goes through is not a list. Choose a list from an earlier step.')
    else if (typeof items === 'string' && !isOneHole(items))
      report(
        'invalid_param',
        'items',
        'text is not a list. Choose a list from an earlier step, such as {{ trigger.body.lines }}.',
      )
    if (typeof collect === 'string' && collect !== 'all' && collect !== 'none' && !collect.includes('{{'))
      report('invalid_param', 'collect', 'write all, none, or a value such as {{ steps.price.total }}.')
  },
  repeat(report, { params }) {
    const hasWhile = params['while'] !== undefined
    const hasUntil = params['until'] !== undefined
    if (!hasWhile && !hasUntil) report('missing_param', 'until', 'say as long as what, or until what, it goes on.')
    if (hasWhile && hasUntil) report('invalid_param', 'while', '“As long as” and “Until” are both given. Keep one of them.')
    const { delayMs } = params
    if (
      delayMs !== undefined &&
      !(typeof delayMs === 'string' && delayMs.includes('{{')) &&
      findDurationMs(delayMs) === undefined
    )
      report('invalid_param', 'delayMs', 'the pause is a length of time such as 10s, 5 years at the most.')
  },
  schedule: (report, { params }) => checkSchedule(report, params),
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
  approval(report, { params }) {
    const { approvers, required, fields } = params
    const named = Array.isArray(approvers) ? approvers : []
    for (const [index, name] of named.entries()) {
      if (typeof name !== 'string' || name.includes('{{') || isApproverName(name.trim())) continue
      report('invalid_param', `approvers.${index}`, `"${name}" is neither an e-mail address nor a member.`)
    }
    const isFixed = named.length > 0 && named.every((name) => typeof name === 'string' && !name.includes('{{'))
    if (isFixed && typeof required === 'number' && required > new Set(named).size)
      report('invalid_param', 'required', `${required} must approve, but only ${named.length} may answer.`)
    checkFields(report, Array.isArray(fields) ? fields.filter(isJsonObject) : [])
  },
  form(report, { params }) {
    const { fields, redirect } = params
    const asked = Array.isArray(fields) ? fields.filter(isJsonObject) : []
    if (asked.length === 0) report('missing_param', 'fields', 'it asks for nothing yet. Add a field.')
    checkFields(report, asked)
    if (typeof redirect === 'string' && !isWebAddress(redirect))
      report('invalid_param', 'redirect', '“Go on to” is no whole web address. Write one such as https://example.com/thanks.')
  },
  respond(report, { params }) {
    if (params['send'] === 'redirect' && !params['location'])
      report('missing_param', 'location', 'say where it sends the caller on to.')
    if (params['send'] === 'file' && !params['body']) report('missing_param', 'body', 'choose the file that it sends.')
  },
  waitForForm(report, { params }) {
    const asked = Array.isArray(params['fields']) ? params['fields'].filter(isJsonObject) : []
    if (asked.length === 0) report('missing_param', 'fields', 'it asks for nothing yet. Add a field.')
    checkFields(report, asked)
    for (const [index, field] of asked.entries()) {
      const { showIf } = field
      if (typeof showIf === 'string' && !isOneReadableHole(showIf))
        report(
          'invalid_param',
          `fields.${index}.showIf`,
          `“Only show if” of ${itemName(field) ?? 'a field'} can’t be read. Choose again when the field is shown.`,
        )
    }
  },
  code(report, { params }) {
    if (typeof params['code'] === 'string' && params['code'].trim() === '')
      report('missing_param', 'code', 'there is no code yet. Write some, or remove the step.')
  },
}

/** What is no e-mail address and no member's id can't be asked. Whether there is such a member is known elsewhere. */
function isApproverName(name: string): boolean {
  return /^user_[0-9a-z]+$/.test(name) || /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/.test(name)
}

function checkFields(report: Report, fields: readonly { [name: string]: Json }[]): void {
  const seen = new Set<Json | undefined>()
  for (const [index, field] of fields.entries()) {
    const { id, type, options } = field
    if (seen.has(id))
      report('invalid_param', `fields.${index}.id`, `two fields have the id ${JSON.stringify(id)}. Give one another.`)
    seen.add(id)
    const isChoice = type === 'choice' || type === 'choices'
    if (isChoice && (!Array.isArray(options) || options.length === 0))
      report('missing_param', `fields.${index}.options`, `say what there is to choose from at ${itemName(field) ?? 'a field'}.`)
  }
}

function isOneHole(text: string): boolean {
  try {
    return singleHole(text) !== undefined
  } catch {
    // What is wrong inside the hole is said where expressions are checked.
    return true
  }
}

function isOneReadableHole(text: string): boolean {
  try {
    return singleHole(text) !== undefined
  } catch {
    return false
  }
}

/** Addresses of starts that listen: each belongs to one start. */
export function checkPaths(drawing: Drawing, isPathTaken: ((path: string) => boolean) | undefined): void {
  const owners = new Map<string, FlowNode>()
  for (const node of drawing.flow.nodes) {
    const { path } = node.params
    if (!hasOwnAddress(node.type) || typeof path !== 'string' || path === '') continue
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
