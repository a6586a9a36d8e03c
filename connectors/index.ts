import { AppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import type { NodeType } from '#shared/manifest.ts'
import type { ActionCall, Connector, PollCall, Polled, Read, TextOutput } from './define.ts'
import { feed } from './feed/index.ts'
import { http } from './http/index.ts'
import { nodeTypesOf } from './manifest.ts'

export type { ActionCall, Connector } from './define.ts'

/** Every app there is. */
export const connectors: Connector[] = [http, feed]

/** Their actions and triggers, for the catalog. */
export const connectorNodeTypes: NodeType[] = connectors.flatMap(nodeTypesOf)

const actions = new Map(connectors.flatMap((connector) => connector.actions.map((action) => [action.id, action])))

const triggers = new Map(connectors.flatMap((connector) => connector.triggers.map((trigger) => [trigger.id, trigger])))

/**
 * Runs one attempt of an action and gives its output as JSON text. Input that the action's schema refuses is
 * `invalid_input`, which no further attempt can help.
 */
export async function runAction(call: ActionCall): Promise<JsonText> {
  const action = actions.get(call.type)
  if (!action) throw new AppError('invalid_input', `There is no action ${call.type}; choose another for this step.`)
  return textFrom(await readAll(action.title, action.read(call.input))(call))
}

/** Lets a trigger look once. What it can't do with its params is `invalid_input`. */
export async function runPoll(call: PollCall): Promise<Polled> {
  const trigger = triggers.get(call.type)
  if (!trigger) throw new AppError('invalid_input', `There is no trigger ${call.type}; choose another for this flow.`)
  const { items, cursor, more = false } = await readAll(trigger.title, trigger.read(call.params))(call)
  return { items: items.map(({ key, data }) => ({ key, data: textFrom(data) })), cursor, more }
}

function readAll<Run>(title: string, { run, problems }: Read<Run>): Run {
  if (run !== undefined) return run
  const [first] = problems ?? []
  const where = first?.path ? `"${first.path}"` : 'what it was given'
  throw new AppError('invalid_input', `${title} can't use ${where}: ${first?.message}.`, { errors: problems })
}

function textFrom(output: unknown): JsonText {
  return isTextOutput(output) ? output.jsonText : (JSON.stringify(output) ?? 'null')
}

function isTextOutput(output: unknown): output is TextOutput {
  return typeof output === 'object' && output !== null && 'jsonText' in output && typeof output.jsonText === 'string'
}
