import type { Sample } from '#shared/api.ts'
import { AppError } from '#shared/errors.ts'
import { NodeId } from '#shared/flow.ts'
import { sliceJson } from '#shared/json-text.ts'
import { deleteSample } from '../db/delete-sample.ts'
import { findSample } from '../db/find-sample.ts'
import { flowExists } from '../db/flow-exists.ts'
import { listSamples } from '../db/list-samples.ts'
import { putSample } from '../db/put-sample.ts'
import type { KeptSample } from '../db/sample-row.ts'
import type { Deps } from '../deps.ts'
import { ExactJson, type Handlers } from '../route.ts'
import { noSuchFlow } from './flows.ts'

/** Sample data of steps, kept and given back to the letter. */
export function sampleHandlers({ pool }: Deps): Pick<Handlers, 'listSamples' | 'getSample' | 'putSample' | 'deleteSample'> {
  async function requireFlow(workspaceId: string, flowId: string): Promise<void> {
    if (!(await flowExists(pool, workspaceId, flowId))) throw noSuchFlow()
  }

  return {
    async listSamples({ caller, params }) {
      await requireFlow(caller.workspaceId, params.id)
      const samples = await listSamples(pool, params.id)
      return new ExactJson(`{"items":[${samples.map(sampleText).join(',')}]}`)
    },

    async getSample({ caller, params }) {
      await requireFlow(caller.workspaceId, params.id)
      const sample = await findSample(pool, params.id, params.stepId)
      if (sample === undefined) throw noSuchSample()
      return new ExactJson(sampleText(sample))
    },

    async putSample({ caller, params, body, bodyText }) {
      await requireFlow(caller.workspaceId, params.id)
      if (!NodeId.safeParse(params.stepId).success) throw new AppError('invalid_request', 'This can’t be the name of a step.')
      const value = sliceJson(bodyText, ['value'])
      if (value === undefined)
        throw new AppError('invalid_request', 'Send the sample as "value".', { errors: [{ path: 'value', message: 'Missing' }] })
      return new ExactJson(
        sampleText(await putSample(pool, { flowId: params.id, stepId: params.stepId, source: body.source, value })),
      )
    },

    async deleteSample({ caller, params }) {
      await requireFlow(caller.workspaceId, params.id)
      if (!(await deleteSample(pool, params.id, params.stepId))) throw noSuchSample()
      return undefined
    },
  }
}

/** A sample as it is answered, its value to the letter. */
export function sampleText({ value, ...rest }: KeptSample): string {
  const head = JSON.stringify(rest satisfies Omit<Sample, 'value'>)
  return `${head.slice(0, -1)},"value":${value}}`
}

function noSuchSample(): AppError {
  return new AppError('not_found', 'This step has no sample data.')
}
