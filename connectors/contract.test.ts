import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { findDurationMs } from '#shared/duration.ts'
import { AppError } from '#shared/errors.ts'
import type { ParamSchema } from '#shared/manifest.ts'
import { leastEveryMs } from '#shared/poll.ts'
import { defineAction, defineConnector, defineTrigger } from './define.ts'
import { connectorNodeTypes, connectors } from './index.ts'
import { nodeTypesOf } from './manifest.ts'
import { callAction } from './testing/call-action.ts'
import { callPoll } from './testing/call-poll.ts'

const definitions = connectors.flatMap((connector) =>
  [...connector.actions, ...connector.triggers].map((definition) => ({ connector, definition })),
)
const params = connectorNodeTypes.flatMap(({ type, role, params: { properties = {} } }) =>
  Object.entries(properties).map(([name, param]) => ({ type, role, name, param })),
)

// Words of the trade that have no place in a form people fill in.
const jargon = /\b(schema|payload|boolean|string|array|null|node|edge|DAG|execution)\b/i
const secretNames = /secret|password|token|api.?key/i

test('every id is the app’s own and there once', () => {
  for (const { connector, definition } of definitions)
    expect(definition.id).toMatch(new RegExp(`^${connector.id}\\.[a-z][A-Za-z0-9-]*$`))
  const ids = connectorNodeTypes.map((type) => type.type)
  expect(new Set(ids).size).toBe(ids.length)
})

describe.each(connectorNodeTypes)('$type', (type) => {
  test('has a title, a description and a picture, in plain words', () => {
    expect(type.icon).toMatch(/^[a-z][a-z0-9-]*$/)
    for (const words of [type.title, type.description]) {
      expect(words).toMatch(/^[A-Z]/)
      expect(words).not.toMatch(jargon)
      // What comes in which format is for its fields to say.
      expect(words).not.toMatch(/JSON/)
    }
    expect(type.title).not.toMatch(/\.$/)
    expect(type.description).toMatch(/\.$/)
  })

  test('knows every param it is asked for, and nothing but those', () => {
    expect(type.params).toMatchObject({ type: 'object', additionalProperties: false })
    expect(JSON.stringify(type)).not.toMatch(/"\$(ref|defs|schema)"|~standard/)
  })

  test('starts a new step with values its own params have', () => {
    expect(Object.keys(type.params.properties ?? {})).toEqual(expect.arrayContaining(Object.keys(type.defaults)))
  })

  test('gives no secrets', () => {
    expect(Object.keys(type.output?.properties ?? {}).filter((name) => secretNames.test(name))).toEqual([])
  })
})

describe.each(params)('$type: $name', ({ param, name, role }) => {
  test('is explained in plain words', () => {
    for (const words of [param.title ?? '', param.description ?? '']) {
      expect(words).toMatch(/^[A-Z]/)
      expect(words).not.toMatch(jargon)
    }
  })

  test('says whether it takes earlier data: what a person writes does, what they choose does not', () => {
    const isChosen =
      param.enum !== undefined ||
      param.type === 'boolean' ||
      Object.values(param.properties ?? {}).some((inner) => inner.const !== undefined)
    // Nothing runs before a trigger.
    expect(param.expression ?? false).toBe(!isChosen && role !== 'trigger')
  })

  test('has words for each choice', () => {
    const { labels = {}, enum: choices = [] } = param
    if (param.labels) expect(Object.keys(labels)).toEqual(choices)
    else expect(choices.filter((choice) => typeof choice === 'string' && choice !== choice.toUpperCase())).toEqual([])
  })

  test('asks for no secret in the flow', () => {
    expect(name).not.toMatch(secretNames)
    expect(namesIn(param).filter((inner) => secretNames.test(inner))).toEqual([])
  })
})

test('a connector’s own words become the catalog’s', () => {
  const output = z.object({ ts: z.string() })
  const channel = z.string().meta({ title: 'Channel', description: 'Where it goes.', expression: true })
  const words = { title: 'Send a message', description: 'Posts to a channel.', output }
  const chat = defineConnector({
    id: 'chat',
    title: 'Chat',
    description: 'Talks.',
    icon: 'message-square',
    actions: [
      defineAction({
        ...words,
        id: 'chat.send',
        input: z.strictObject({ channel }),
        run: async (input) => ({ ts: input.channel }),
      }),
    ],
    triggers: [
      defineTrigger({
        ...words,
        id: 'chat.message',
        title: 'New message',
        input: z.strictObject({ channel }),
        every: '1h',
        poll: async () => ({ items: [], cursor: null }),
      }),
    ],
  })
  expect(nodeTypesOf(chat)).toMatchObject([
    {
      type: 'chat.message',
      role: 'trigger',
      runs: 'engine',
      polls: true,
      effect: false,
      output: { properties: { body: { properties: { ts: { type: 'string' } } } } },
      params: { properties: { channel: {}, every: { default: '1h', control: 'duration' }, startWith: { default: 'new' } } },
      defaults: { every: '1h' },
    },
    {
      type: 'chat.send',
      role: 'step',
      runs: 'action',
      family: 'app',
      app: 'chat',
      effect: true,
      icon: 'message-square',
      params: { properties: { channel: { type: 'string', title: 'Channel', expression: true } }, required: ['channel'] },
      output: { properties: { ts: { type: 'string' } } },
      settings: { maxAttempts: 3, timeoutMs: 300_000 },
    },
  ])
})

describe.each(connectorNodeTypes.filter(({ polls }) => polls))('$type, which looks by itself', (type) => {
  test('is asked how often, a minute or more, and what to do with what is there', () => {
    const { every, startWith } = type.params.properties ?? {}
    expect(every).toMatchObject({ control: 'duration' })
    expect(findDurationMs(every?.default)).toBeGreaterThanOrEqual(leastEveryMs)
    expect(findDurationMs(type.defaults['every'])).toBe(findDurationMs(every?.default))
    expect(startWith).toMatchObject({ enum: ['new', 'all'], default: 'new' })
    expect(type.role).toBe('trigger')
  })

  test('gives each item as the body', () => {
    expect(type.output?.properties).toHaveProperty('body')
  })
})

test('a trigger nobody knows is refused', async () => {
  await expect(callPoll('chat.sung', {})).rejects.toEqual(
    new AppError('invalid_input', 'There is no trigger chat.sung; choose another for this flow.'),
  )
})

test('an action nobody knows is refused', async () => {
  await expect(callAction('chat.sing', '{}')).rejects.toEqual(
    new AppError('invalid_input', 'There is no action chat.sing; choose another for this step.'),
  )
})

function namesIn(schema: ParamSchema): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => [name, ...namesIn(inner)])
}
