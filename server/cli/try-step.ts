import type { z } from 'zod'
import { type CodeSandbox, createStepBench, defaultLimits, type EgressFetch } from '#engine/index.ts'
import type { Problem } from '#shared/api.ts'
import { compile } from '#shared/compile.ts'
import type { Flow } from '#shared/flow.ts'
import type { JsonText } from '#shared/json.ts'
import type { Catalog } from '#shared/manifest.ts'
import { compiledFrom, lookAtCode } from '../flows/compile-flow.ts'
import type { PackageTools } from '../flows/prepare-packages.ts'
import { flowForTest } from '../flows/step-test.ts'
import { stepTestData } from '../flows/step-test-data.ts'
import type { StepSamples } from './read-samples.ts'
import { type RecordedCalls, recordedFetch, recordingFetch, refusedFetch } from './recorded-calls.ts'
import { standInSecrets } from './stand-in-secrets.ts'

export type Tried =
  | { status: 'gave'; output: JsonText; fetched: RecordedCalls['fetch']; logs: string[] }
  | { status: 'failed'; problems: z.infer<typeof Problem>[]; logs: string[] }
  /** Its code came to a wait that nothing is recorded for. */
  | { status: 'waits'; kind: string; name: string }

interface Bench {
  flow: Flow
  flowId: string
  catalog: Catalog
  code: CodeSandbox
  packages: PackageTools['packages']
  samples: StepSamples
  /** The workspace's shared values. */
  vars: JsonText
  /** Absent: nothing outside is called. */
  egress: EgressFetch | undefined
}

/** Tries out steps of a flow one by one, as the editor's test does, on samples and recorded calls. */
export function createStepTrier({ flow, flowId, catalog, code, packages, samples, vars, egress }: Bench) {
  return async (step: string, calls: RecordedCalls): Promise<Tried> => {
    const test = flowForTest(flow, step, catalog)
    // A folder has no workspace: what is installed in it is what there is.
    const found = await lookAtCode({ code, packages }, '', test.flow)
    const { plan, problems } = compile(test.flow, catalog, { checkCode: (text) => code.checkCode(text, found) })
    if (plan === undefined)
      return { status: 'failed', problems: problems.filter(({ severity }) => severity === 'error'), logs: [] }
    let missing: { kind: string; name: string } | undefined
    const fetched: RecordedCalls['fetch'] = []
    const run = createStepBench({
      runCode: code.run,
      limits: defaultLimits,
      vars,
      secrets: standInSecrets,
      fetch: recordedFetch(calls, egress === undefined ? refusedFetch : recordingFetch(egress, fetched)),
      answerOf({ kind, name, times }) {
        const key = times > 1 ? `${name}:${times}` : name
        if (Object.hasOwn(calls.waits, key)) return JSON.stringify(calls.waits[key])
        missing = { kind, name: key }
        throw new Error(`Nothing is recorded for "${key}"`)
      },
    })
    const sampleOf = (id: string) => samples.textOf(id)
    const {
      status,
      output,
      error,
      logs: lines,
    } = await run({
      flowId,
      stepId: step,
      compiled: await compiledFrom({ code }, '', plan, found),
      ...stepTestData(test, { flowId, stepId: step, dataOf: sampleOf, sampleOf }),
      signal: new AbortController().signal,
    })
    if (missing !== undefined) return { status: 'waits', ...missing }
    const logs = lines.map(({ message, data }) => (data === undefined ? message : `${message} ${JSON.stringify(data)}`))
    if (status === 'succeeded') return { status: 'gave', output, fetched, logs }
    const { code: kind = 'code_error', message = '', line, column } = error ?? {}
    const place = line === undefined ? {} : { param: 'code', line, column: column ?? 1 }
    return { status: 'failed', problems: [{ severity: 'error', nodeId: step, code: kind, message, ...place }], logs }
  }
}
