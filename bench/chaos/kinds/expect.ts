import { isDeepStrictEqual } from 'node:util'
import type { SeenRun } from '../checker/evidence.ts'

/** The run succeeded with this output. */
export function gave(seen: SeenRun, output: unknown): string[] {
  if (seen.run.status !== 'succeeded') return [`it ${seen.run.status} instead of succeeding: ${seen.run.error ?? 'no error'}`]
  if (isDeepStrictEqual(seen.output, output)) return []
  return [`its output is ${JSON.stringify(seen.output)} instead of ${JSON.stringify(output)}`]
}

/** These steps called the ledger with success, and no others did. */
export function called(seen: SeenRun, steps: readonly string[]): string[] {
  const answered = new Set(seen.calls.filter((one) => one.status === 200).map(stepOf))
  const heard = new Set(seen.calls.map(stepOf))
  return [
    ...steps.filter((step) => !answered.has(step)).map((step) => `the ledger has no call of ${step} that was answered`),
    ...[...heard].filter((step) => !steps.includes(step)).map((step) => `the ledger has a call of ${step}, which was not to run`),
  ]
}

/** Every call of a step came with this body. */
export function sent(seen: SeenRun, step: string, body: unknown): string[] {
  return seen.calls
    .filter((one) => stepOf(one) === step && !isDeepStrictEqual(parsed(one.body), body))
    .map((one) => `${step} sent ${one.body} instead of ${JSON.stringify(body)}`)
}

export function stepOf(call: { path: string }): string {
  return call.path.split('/').slice(3).join('/')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
