import { describe, expect, test } from 'vitest'
import { coreNodeTypes } from './core-nodes.ts'
import { Flow } from './flow.ts'
import { handlesOf } from './graph.ts'
import type { ParamSchema } from './manifest.ts'
import { checkParams } from './params-check.ts'

const forbidden = /\b(DAG|payload|schema|node|edge|execution|credential|boolean|null|array|JSON)\b/i

function wordsIn(schema: ParamSchema): string[] {
  const inner = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.anyOf ?? []),
    ...(typeof schema.items === 'object' ? [schema.items] : []),
  ]
  return [
    schema.title ?? '',
    schema.description ?? '',
    schema.placeholder ?? '',
    ...Object.values(schema.labels ?? {}),
    ...inner.flatMap(wordsIn),
  ]
}

describe.each(coreNodeTypes)('$type', (type) => {
  test('speaks in plain words', () => {
    for (const words of [type.title, type.description, ...wordsIn(type.params)]) expect(words).not.toMatch(forbidden)
    expect(type.description).toMatch(/\.$/)
  })

  test('has a title for every param', () => {
    for (const [name, schema] of Object.entries(type.params.properties ?? {}))
      expect([name, schema.title]).toEqual([name, expect.any(String)])
  })

  test('can be sent as it is', () => expect(JSON.parse(JSON.stringify(type))).toEqual(type))

  test('starts with values that are fine, or that only lack what people must fill in', () => {
    expect(checkParams(type.defaults, type.params).filter(({ code }) => code !== 'missing_param')).toEqual([])
  })

  test('has ways out that can be drawn', () => {
    const [node] = Flow.parse({ nodes: [{ id: 'a', type: type.type, params: type.defaults }] }).nodes
    if (node) expect(new Set(handlesOf(node, type)).size).toBe(handlesOf(node, type).length)
  })
})

test('all types of the table are there, each once', () => {
  expect(coreNodeTypes.map(({ type }) => type)).toEqual([
    'webhook',
    'manual',
    'form',
    'email',
    'schedule',
    'event',
    'flowCalled',
    'flowFailed',
    'set',
    'branch',
    'switch',
    'filter',
    'code',
    'forEach',
    'repeat',
    'callFlow',
    'delay',
    'waitForCall',
    'waitForForm',
    'waitForEvent',
    'approval',
    'respond',
    'output',
    'stop',
    'note',
  ])
})
