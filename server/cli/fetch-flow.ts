import { FlowDetail, routes } from '#shared/api.ts'
import { type ApiClient, ApiRefusal } from './api-client.ts'
import { CommandError, exitCodes } from './command-error.ts'
import { findUnknown } from './flow-files.ts'
import { sliceJson } from '#shared/json-text.ts'

/** A flow as the server has it, whole: what this version doesn't know of it is refused rather than lost. */
export async function fetchFlow(client: ApiClient, id: string): Promise<FlowDetail> {
  const text = await client.text(routes.getFlow, { params: { id } }).catch((error: unknown) => {
    if (error instanceof ApiRefusal && error.problem.code === 'not_found') throw noSuchFlow(client, id)
    throw error
  })
  const read = FlowDetail.safeParse(JSON.parse(text))
  const given: unknown = JSON.parse(sliceJson(text, ['document']) ?? 'null')
  const unknown = read.success ? findUnknown(given, read.data.document, '') : 'something'
  if (!read.success || unknown !== undefined)
    throw new CommandError(
      exitCodes.server,
      `The flow holds ${unknown ?? 'something'}, which this version of \`holdfast\` does not know. Use the version of the server's: update this checkout of Holdfast.`,
      read.error,
    )
  return read.data
}

/** The flow somebody means by its id or its name. */
export async function findFlowByName(client: ApiClient, name: string): Promise<FlowDetail> {
  if (/^flow_[0-9a-z]+$/.test(name)) return fetchFlow(client, name)
  const { items } = await client.call(routes.listFlows, { query: { q: name, limit: '200' } })
  const found = items.filter((flow) => flow.name.toLowerCase() === name.toLowerCase())
  if (found[1] !== undefined)
    throw new CommandError(
      exitCodes.usage,
      `Several flows are called "${name}". Name the one you mean by its id:\n${found.map((flow) => `  ${flow.id}  ${flow.name}`).join('\n')}`,
    )
  if (found[0] === undefined) throw noSuchFlow(client, name)
  return fetchFlow(client, found[0].id)
}

function noSuchFlow(client: ApiClient, name: string): CommandError {
  return new CommandError(
    exitCodes.server,
    `There is no flow "${name}" at ${client.url} in the workspace of your key. Its id is in the address of the editor: /flows/flow_….`,
  )
}
