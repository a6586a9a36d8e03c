import { AppError } from '#shared/errors.ts'
import { compile } from '#shared/compile.ts'
import { sliceJson } from '#shared/json-text.ts'
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
      const test = flowForTest(parseDocument(body.document), body.stepId, deps.catalog)
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

      const closed = closedSignal(res)
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
