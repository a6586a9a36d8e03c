import { checkExpressions, checkFlowTemplates, type Named } from './compiler/check-expressions.ts'
import { checkGraph } from './compiler/check-graph.ts'
import { checkNodeParams, checkPaths } from './compiler/check-params.ts'
import { checkRespond } from './compiler/check-respond.ts'
import { checkFlowSettings, checkNodeSettings } from './compiler/check-settings.ts'
import { type CheckCode, checkCodeStep } from './compiler/check-code.ts'
import { buildPlan } from './compiler/build-plan.ts'
import { Drawing } from './compiler/drawing.ts'
import { tooLarge } from './compiler/too-large.ts'
import type { Flow } from './flow.ts'
import type { Catalog } from './manifest.ts'
import type { Plan, Problem } from './plan.ts'

export interface CompileOptions {
  checkCode?: CheckCode
  /** Whether another flow has this web address. */
  isPathTaken?: (path: string) => boolean
}

export type Compilation = { plan: Plan; problems: Problem[] } | { plan?: undefined; problems: Problem[] }

/**
 * Makes a flow ready to run, or says in plain words all that stands in the way.
 *
 * Pure, and the same for canvas, API and publishing. There is a plan exactly when no problem is an error. Flows that
 * differ only in what the canvas shows give equal plans.
 */
export function compile(flow: Flow, catalog: Catalog, options: CompileOptions = {}): Compilation {
  const drawing = new Drawing(flow, catalog)
  const { problems } = drawing
  const beyond = tooLarge(flow)
  if (beyond !== undefined) {
    drawing.error('too_large', beyond)
    return { problems }
  }
  checkGraph(drawing)
  const named = new Map<string, Named>()
  for (const node of flow.nodes) {
    const type = drawing.typeOf(node)
    if (!type) continue
    checkNodeParams(drawing, node, type)
    checkNodeSettings(drawing, node, type)
    if (type.runs === 'code') checkCodeStep(drawing, node, options.checkCode)
    named.set(node.id, checkExpressions(drawing, node, type))
  }
  checkPaths(drawing, options.isPathTaken)
  checkFlowSettings(drawing, flow.settings)
  checkFlowTemplates(drawing, flow)
  checkRespond(drawing)
  const told = toTell(problems)
  return problems.some(({ severity }) => severity === 'error')
    ? { problems: told }
    : { plan: buildPlan(drawing, named), problems: told }
}

/** More are not told at once: who has mended these sees the next ones. */
const mostTold = 1000

/** What stands in the way comes before what is only worth a look. */
function toTell(problems: Problem[]): Problem[] {
  if (problems.length <= mostTold) return problems
  return problems.toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error')).slice(0, mostTold)
}
