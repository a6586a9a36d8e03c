import { z } from 'zod'
import type { NodeType, ParamSchema } from '#shared/manifest.ts'
import { defaultEvery, pollParams } from '#shared/poll.ts'
import type { Action, Connector, Trigger } from './define.ts'

const fiveMinutesMs = 300_000

/** What the compiler, the canvas and the API know of a connector's actions and triggers. */
export function nodeTypesOf(connector: Connector): NodeType[] {
  return [
    ...connector.triggers.map((trigger): NodeType => ({
      ...common(connector, trigger),
      params: withPollParams(paramSchemaFrom(trigger.input), trigger.every),
      output: {
        type: 'object',
        properties: { body: { ...paramSchemaFrom(trigger.output), title: 'The new item' } },
        required: ['body'],
      },
      role: 'trigger',
      runs: 'engine',
      polls: true,
      effect: false,
      defaults: { ...trigger.defaults, every: trigger.every ?? defaultEvery },
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

/** Behind its own params every trigger is asked how often it looks, and what it does with what is there already. */
function withPollParams(own: ParamSchema, every: string = defaultEvery): ParamSchema {
  return { ...own, properties: { ...own.properties, ...paramSchemaFrom(pollParams(every)).properties } }
}

function paramSchemaFrom(schema: z.ZodType): ParamSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input' })
  const plain: ParamSchema = JSON.parse(JSON.stringify(json)) // as it goes over HTTP, without zod's own hidden parts
  return plain
}
