import type { Flow } from '#shared/flow.ts'
import type { RunStep } from '#shared/run.ts'
import { codeStepsOf, type InsideStep } from '../editor/code-steps-of.ts'
import { findNode } from '../editor/document-index.ts'
import { askedIn, codeStepOfRun } from './code-step-of-run.ts'

/** Where in the code of its step something was asked for; undefined when it wasn't by code, or can't be told. */
export function codePlaceOf(document: Flow, step: Pick<RunStep, 'path' | 'nodeId' | 'call'>): InsideStep | undefined {
  const asked = askedIn(step.path)
  const node = asked && findNode(document, step.nodeId)
  return node && codeStepOfRun(codeStepsOf(node), step.call, asked.name)
}
