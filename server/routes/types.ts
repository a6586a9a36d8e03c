import { tooLarge } from '#shared/compiler/too-large.ts'
import { flowTypes } from '#shared/code-types/flow-types.ts'
import { AppError } from '#shared/errors.ts'
import { allows } from '../auth/authorize.ts'
import { typeSources } from '../code-types/type-sources.ts'
import { findFlow } from '../db/find-flow.ts'
import type { Deps } from '../deps.ts'
import { readDocument } from '../flows/parse-document.ts'
import type { Handlers } from '../route.ts'
import { noSuchFlow } from './flows.ts'

/** The declarations that the editor and the check use, for whoever edits code steps elsewhere. */
export function typeHandlers(deps: Deps): Pick<Handlers, 'getFlowTypes'> {
  return {
    async getFlowTypes({ caller, params }) {
      const flow = await findFlow(deps.pool, caller.workspaceId, params.id)
      if (flow === undefined) throw noSuchFlow()
      const document = readDocument(flow.document)
      const beyond = tooLarge(document)
      if (beyond !== undefined) throw new AppError('too_large', beyond)
      const sources = await typeSources(deps, caller.workspaceId, params.id, document)
      // What secrets and shared values are called is not for everybody who may look at flows.
      const { secrets: _secrets, variables: _variables, ...data } = sources
      const { files, steps } = flowTypes(allows('values.read', caller) ? sources : data)
      return { files, steps }
    },
  }
}
