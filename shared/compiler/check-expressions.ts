import { ExpressionSyntaxError } from '../expression/syntax-error.ts'
import { parseTemplate } from '../expression/parse-template.ts'
import { namedIn, type NamedInTemplate } from '../expression/references.ts'
import { isSingleHole } from '../expression/holes.ts'
import type { Flow, FlowNode } from '../flow.ts'
import { nameOf } from '../flow-names.ts'
import type { NodeType } from '../manifest.ts'
import type { Drawing } from './drawing.ts'
import { type FoundTemplate, templatesIn } from './templates-in.ts'

/** The steps a node names in its holes, all of them before it; `all` when one hole may name any. */
export interface Named {
  ids: Set<string>
  all: boolean
}

/** Every hole of a node: can it be read, and is all it names there and before it? */
export function checkExpressions(drawing: Drawing, node: FlowNode, type: NodeType): Named {
  const named: Named = { ids: new Set(), all: false }
  const { runIf, concurrency } = node.settings
  const templates = templatesIn(node.params, type.params)
  if (typeof runIf === 'string') templates.push({ text: runIf, param: 'settings.runIf' })
  if (concurrency?.key !== undefined) templates.push({ text: concurrency.key, param: 'settings.concurrency.key' })
  if (typeof runIf === 'string' && !isSingleHole(runIf)) {
    drawing.error(
      'invalid_condition',
      `"${nameOf(node)}": "Only run if" is true, false or one single hole, such as {{ trigger.body.amount > 100 }}.`,
      {
        nodeId: node.id,
        param: 'settings.runIf',
      },
    )
  }
  for (const template of templates) checkTemplate(drawing, node, template, named)
  return named
}

/** The settings of the flow that are worked out when a run starts: they see the trigger, but no step. */
export function checkFlowTemplates(drawing: Drawing, { settings }: Flow): void {
  const keys = ['concurrency', 'throttle', 'rateLimit', 'debounce', 'batch', 'singleton'] as const
  const templates = keys.flatMap((name) => {
    const key = settings[name]?.key
    return key === undefined ? [] : [{ text: key, param: `settings.${name}.key` }]
  })
  if (settings.subject !== undefined) templates.push({ text: settings.subject, param: 'settings.subject' })
  for (const template of templates) {
    const found = readable(drawing, undefined, template)
    const placeOf = placesIn(template.text)
    for (const step of eachOnce(found?.steps ?? [])) {
      const where = { param: template.param, ...placeOf(step.start) }
      drawing.error('not_upstream', 'This is worked out when a run starts, before any step has run. Use trigger instead.', where)
    }
  }
}

function checkTemplate(drawing: Drawing, node: FlowNode, template: FoundTemplate, named: Named): void {
  const found = readable(drawing, node, template)
  if (!found) return
  const placeOf = placesIn(template.text)
  const where = (offset: number) => ({ nodeId: node.id, param: template.param, ...placeOf(offset) })
  if (found.steps.some((step) => step.computed)) named.all = true
  for (const step of eachOnce(found.steps.filter((one) => !one.computed))) {
    if (seesBody(drawing, node, step.id, template.param) || checkStepReference(drawing, node, step.id, where(step.start)))
      named.ids.add(step.id)
  }
  const loops = drawing.loopsAround(node)
  for (const loop of eachOnce(found.loops)) {
    if (loops.includes(loop.id)) continue
    drawing.error('unknown_reference', `"${nameOf(node)}" is not inside a Repeat step called "${loop.id}".`, where(loop.start))
  }
  for (const wait of eachOnce(found.waits)) checkWaitReference(drawing, node, wait.id, where(wait.start))
  for (const root of eachOnce(found.roots)) {
    const only = onlyIn[root.id]
    if (only && (only.type !== node.type || only.param !== template.param)) {
      drawing.error('unknown_reference', `"${nameOf(node)}": ${root.id} has a value only in ${only.words}.`, where(root.start))
    }
    if (loops.length > 0 || (bodyParams[node.type] ?? []).includes(template.param)) continue
    if (!['item', 'index', 'previous', 'loops'].includes(root.id)) continue
    drawing.warning(
      'unknown_reference',
      `${root.id} has a value only inside a Repeat step, and "${nameOf(node)}" is in none.`,
      where(root.start),
    )
  }
}

/** What a loop works out after an iteration sees the steps of that iteration. */
const bodyParams: { [type: string]: readonly string[] } = { forEach: ['collect', 'until'], repeat: ['until', 'while'] }

function seesBody(drawing: Drawing, node: FlowNode, id: string, param: string): boolean {
  return drawing.nodes.get(id)?.parent === node.id && (bodyParams[node.type] ?? []).includes(param)
}

/** Roots that are there in one place only. */
const onlyIn: { [root: string]: { type: string; param: string; words: string } } = {
  results: { type: 'forEach', param: 'until', words: 'the “Enough when” of a Repeat step' },
  event: { type: 'waitForEvent', param: 'match', words: 'the “Only if” of a wait for an event' },
}

function checkStepReference(drawing: Drawing, node: FlowNode, id: string, where: { nodeId: string }): boolean {
  const step = drawing.nodes.get(id)
  const role = step && drawing.typeOf(step)?.role
  if (!step || role === 'note') {
    drawing.error(
      'unknown_reference',
      `"${nameOf(node)}" uses a step called "${id}", but there is none.${didYouMean(drawing, node, id)}`,
      where,
    )
  } else if (role === 'trigger') {
    drawing.error('unknown_reference', `"${nameOf(step)}" is where the run starts: write trigger instead of steps.${id}.`, where)
  } else if (id === node.id) {
    drawing.error('not_upstream', `"${nameOf(node)}" uses its own result, which isn't there yet. Use a step before it.`, where)
  } else if (!drawing.isUpstream(id, node.id)) {
    const isInLoop = step.parent !== undefined && step.parent !== node.parent
    const advice = isInLoop
      ? `It is inside "${drawing.name(step.parent ?? '')}": use that step's result.`
      : 'Draw a line from it, or use a step that runs before.'
    drawing.error('not_upstream', `"${nameOf(node)}" uses "${nameOf(step)}", which doesn't run before it. ${advice}`, where)
  } else return true
  return false
}

const haveAddress: ReadonlySet<string> = new Set(['waitForCall', 'waitForForm', 'approval', 'code'])

function checkWaitReference(drawing: Drawing, node: FlowNode, id: string, where: { nodeId: string }): void {
  const step = drawing.nodes.get(id)
  if (!step)
    drawing.error(
      'unknown_reference',
      `"${nameOf(node)}" makes an address for a step called "${id}", but there is none.${didYouMean(drawing, node, id)}`,
      where,
    )
  else if (!haveAddress.has(step.type)) {
    drawing.error(
      'unknown_reference',
      `"${nameOf(step)}" waits for nobody, so there is no address for it. Name a step that waits for a call.`,
      where,
    )
  }
}

function didYouMean(drawing: Drawing, node: FlowNode, id: string): string {
  const near = drawing.stepsCalled(id).find((other) => other !== node)
  return near ? ` Did you mean "${near.id}"?` : ' Choose one of the steps before it.'
}

function readable(drawing: Drawing, node: FlowNode | undefined, { text, param }: FoundTemplate): NamedInTemplate | undefined {
  if (!text.includes('{{')) return undefined
  try {
    return namedIn(parseTemplate(text))
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error
    drawing.error('invalid_expression', error.message, {
      ...(node && { nodeId: node.id }),
      param,
      ...position(text, error.offset),
    })
    return undefined
  }
}

/** The first place of each name: saying the same of every place would bury the rest. */
export function eachOnce<T extends { id: string }>(places: readonly T[]): Iterable<T> {
  const first = new Map<string, T>()
  for (const place of places) if (!first.has(place.id)) first.set(place.id, place)
  return first.values()
}

interface Place {
  line: number
  column: number
}

/** Line and column of a character, both counted from 1. */
export function position(text: string, offset: number): Place {
  return placesIn(text)(offset)
}

/** The same for many characters of one text: its lines are counted once. */
function placesIn(text: string): (offset: number) => Place {
  let starts: number[] | undefined
  return (offset) => {
    starts ??= lineStarts(text)
    let line = 0
    for (let after = starts.length; after - line > 1;) {
      const middle = (line + after) >> 1
      if ((starts[middle] ?? 0) <= offset) line = middle
      else after = middle
    }
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 }
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1)
  return starts
}
