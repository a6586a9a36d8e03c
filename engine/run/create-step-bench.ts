import { randomBytes } from 'node:crypto'
import type { JsonText } from '#shared/json.ts'
import type { Trial } from '../calls/trial-calls.ts'
import type { EngineLimits, StepTestCall, StepTestResult } from '../engine-api.ts'
import type { CodeRunner, EgressFetch, SecretDesk } from '../ports.ts'
import { testStep } from './test-step.ts'

export interface StepBenchOptions {
  runCode: CodeRunner
  fetch: EgressFetch
  limits: EngineLimits
  answerOf: NonNullable<Trial['answerOf']>
  /** The workspace's shared values. */
  vars: JsonText
  secrets: SecretDesk
}

/**
 * Tries steps out where there is no database and no server: code in the sandbox, and what expressions alone decide.
 * Nothing else is reached but through `fetch`; `answerOf` says what waits and other flows give.
 */
export function createStepBench({ runCode, fetch, limits, answerOf, vars, secrets }: StepBenchOptions) {
  const ports = {
    runCode,
    fetch,
    limits,
    secrets,
    now: Date.now,
    runAction: () => Promise.reject(new Error('Actions are not carried out here')),
  }
  // Addresses made here lead nowhere.
  const tester = {
    ports,
    answerOf,
    findVars: () => Promise.resolve(vars),
    signingKeys: [randomBytes(32)],
    hooksUrl: 'http://localhost',
  }
  return (test: Omit<StepTestCall, 'workspaceId'>): Promise<StepTestResult> => testStep(tester, { ...test, workspaceId: '' })
}
