import { z } from 'zod'
import type { NodeType, ParamSchema } from '#shared/manifest.ts'
import type { Action, Connector, Trigger } from './define.ts'

const fiveMinutesMs = 300_000

/** What the compiler, the canvas and the API know of a connector's actions and triggers. */
export function nodeTypesOf(connector: Connector): NodeType[] {
  return [
    ...connector.triggers.map((trigger): NodeType => ({
      ...common(connector, trigger),
      role: 'trigger',
      runs: 'engine',
      effect: false,
      defaults: {},
    })),
    ...connector.actions.map((action): NodeType => ({
      ...common(connector, action),
      role: 'step',
      runs: 'action',
      effect: action.effect ?? true,
      defaults: action.defaults ?? {},
    })),
  ]
}

function common(connector: Connector, definition: Action | Trigger) {
  return {
    type: definition.id,
    family: 'app' as const,
    title: definition.title,
    description: definition.description,
    icon: connector.icon,
    app: connector.id,
    keywords: definition.keywords ?? [],
    params: paramSchemaFrom(definition.input),
    output: paramSchemaFrom(definition.output),
    handles: ['out'],
    settings: { maxAttempts: 3, timeoutMs: fiveMinutesMs },
  }
}

function paramSchemaFrom(schema: z.ZodType): ParamSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input' })
  const plain: ParamSchema = JSON.parse(JSON.stringify(json)) // as it goes over HTTP, without zod's own hidden parts
  return plain
}
