import { AppError, isAppError, stepErrorFrom } from '#shared/errors.ts'
import { compile } from '#shared/compile.ts'
import type { Flow } from '#shared/flow.ts'
import { nameOf } from '#shared/flow-names.ts'
import { sliceJson } from '#shared/json-text.ts'
import { checkParams } from '#shared/params-check.ts'
import type { JsonText } from '#shared/json.ts'
import { findFlow } from '../db/find-flow.ts'
import { listSamples } from '../db/list-samples.ts'
import { putSample } from '../db/put-sample.ts'
import type { Deps } from '../deps.ts'
import { compiledFrom, lookAtCode } from '../flows/compile-flow.ts'
import { parseDocument } from '../flows/parse-document.ts'
import { flowForTest } from '../flows/step-test.ts'
import { stepTestData } from '../flows/step-test-data.ts'
import { closedSignal } from '../http/closed-signal.ts'
import { CompileError } from '../http/problem.ts'
import { refuseProto } from '../http/strict-json.ts'
import { ExactJson, type Handlers } from '../route.ts'
import { noSuchFlow } from './flows.ts'

/** The item a test is to be made with, in place of the first one. */
function inputItem(bodyText: JsonText): { item?: JsonText } {
  const item = sliceJson(bodyText, ['input', 'item'])
  return item === undefined ? {} : { item }
}

/**
 * Runs one step by itself on the samples of the steps before it; what it gives becomes its own sample. `input` may
 * hold other data for this test: `{ trigger?, steps?: { [id]: … }, item? }`.
 */
export function testStepHandlers(deps: Deps): Pick<Handlers, 'testStep'> {
  return {
    async testStep({ caller, params, body, bodyText, res }) {
      refuseProto(bodyText, body.document)
      const flow = await findFlow(deps.pool, caller.workspaceId, params.id)
      if (flow === undefined) throw noSuchFlow()
      const document = parseDocument(body.document)
      const closed = closedSignal(res)
      const poll = await tryTrigger(deps, caller.workspaceId, params.id, document, body.stepId, closed)
      if (poll !== undefined) return poll
      const test = flowForTest(document, body.stepId, deps.catalog)
      const packages = await lookAtCode(deps, caller.workspaceId, test.flow)
      const checkCode = (code: string) => deps.code.checkCode(code, packages)
      const { plan, problems } = compile(test.flow, deps.catalog, { checkCode })
      if (plan === undefined) throw new CompileError('This step isn’t ready to be tested.', problems)

      const samples = new Map((await listSamples(deps.pool, params.id)).map((sample) => [sample.stepId, sample.value]))
      const data = stepTestData(test, {
        flowId: params.id,
        stepId: body.stepId,
        dataOf: (id) => sliceJson(bodyText, ['input', 'steps', id]) ?? samples.get(id),
        sampleOf: (id) => samples.get(id),
        trigger: sliceJson(bodyText, ['input', 'trigger']),
      })

      const result = await deps.engine.testStep({
        workspaceId: caller.workspaceId,
        flowId: params.id,
        compiled: await compiledFrom(deps, caller.workspaceId, plan, packages),
        stepId: body.stepId,
        ...data,
        round: { ...data.round, ...inputItem(bodyText) },
        signal: closed,
      })
      if (closed.aborted) throw new AppError('cancelled', 'The test was given up.')
      if (result.status === 'succeeded')
        await putSample(deps.pool, { flowId: params.id, stepId: body.stepId, source: 'test', value: result.output })
      const { output, ...rest } = result
      return new ExactJson(`${JSON.stringify(rest).slice(0, -1)},"output":${output}}`)
    },
  }
}

/** A trigger that looks by itself is asked for the newest there is, which becomes its sample. It starts nothing. */
async function tryTrigger(
  { engine, catalog, pool }: Deps,
  workspaceId: string,
  flowId: string,
  { nodes, settings }: Flow,
  stepId: string,
  signal: AbortSignal,
): Promise<ExactJson | undefined> {
  const node = nodes.find(({ id }) => id === stepId)
  const type = node && catalog.get(node.type)
  if (node === undefined || !type?.polls) return undefined
  const problems = checkParams(node.params, type.params).filter(({ severity }) => severity === 'error')
  if (problems.length > 0)
    throw new CompileError(
      'This trigger isn’t ready to be tested.',
      problems.map((problem) => ({ ...problem, nodeId: stepId, message: `"${nameOf(node)}": ${problem.message}` })),
    )
  const begun = performance.now()
  const took = () => Math.round(performance.now() - begun)
  try {
    const { type: called, params } = node
    const trigger = await engine.tryPoll({ workspaceId, flowId, triggerId: stepId, type: called, params, settings, signal })
    if (trigger === undefined)
      throw new AppError('not_found', 'There is nothing there just now, so there is no sample. Write one yourself, or try later.')
    await putSample(pool, { flowId, stepId, source: 'test', value: trigger })
    const head = JSON.stringify({ status: 'succeeded', error: null, logs: [], durationMs: took() })
    return new ExactJson(`${head.slice(0, -1)},"output":${trigger}}`)
  } catch (error) {
    if (signal.aborted) throw new AppError('cancelled', 'The test was given up.')
    if (!isAppError(error)) throw error
    const failed = {
      status: 'failed',
      error: stepErrorFrom(error, { nodeId: stepId }),
      logs: [],
      durationMs: took(),
      output: null,
    }
    return new ExactJson(JSON.stringify(failed))
  }
}
