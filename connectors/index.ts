import { AppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import type { NodeType } from '#shared/manifest.ts'
import type { ActionCall, Connector, TextOutput } from './define.ts'
import { http } from './http/index.ts'
import { nodeTypesOf } from './manifest.ts'

export type { ActionCall, Connector } from './define.ts'

/** Every app there is. */
export const connectors: Connector[] = [http]

/** Their actions and triggers, for the catalog. */
export const connectorNodeTypes: NodeType[] = connectors.flatMap(nodeTypesOf)

const actions = new Map(connectors.flatMap((connector) => connector.actions.map((action) => [action.id, action])))

/**
 * Runs one attempt of an action and gives its output as JSON text. Input that the action's schema refuses is
 * `invalid_input`, which no further attempt can help.
 */
export async function runAction(call: ActionCall): Promise<JsonText> {
  const action = actions.get(call.type)
  if (!action) throw new AppError('invalid_input', `There is no action ${call.type}; choose another for this step.`)
  const { run, problems } = action.read(call.input)
  if (problems) {
    const [first] = problems
    const where = first?.path ? `"${first.path}"` : 'what it was given'
    throw new AppError('invalid_input', `${action.title} can't use ${where}: ${first?.message}.`, { errors: problems })
  }
  const output = await run(call)
  return isTextOutput(output) ? output.jsonText : (JSON.stringify(output) ?? 'null')
}

function isTextOutput(output: unknown): output is TextOutput {
  return typeof output === 'object' && output !== null && 'jsonText' in output && typeof output.jsonText === 'string'
}
