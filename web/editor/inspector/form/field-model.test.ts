import { expect, test } from 'vitest'
import { z } from 'zod'
import type { ParamSchema } from '#shared/manifest.ts'
import { fieldsOf, labelFromName, readField, writeField } from './field-model.ts'

const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input' }) as ParamSchema

test('required fields come first, each group in the order of the schema', () => {
  const schema = schemaOf(
    z.object({ query: z.string().optional(), url: z.string(), method: z.string().default('GET'), body: z.string() }),
  )
  expect(fieldsOf(schema).map((field) => [field.name, field.required])).toEqual([
    ['url', true],
    ['body', true],
    ['query', false],
    ['method', false],
  ])
})

test('the kind of control follows from the type, or from the word that overrides it', () => {
  const schema = schemaOf(
    z.object({
      text: z.string(),
      long: z.string().meta({ control: 'longText' }),
      amount: z.number(),
      count: z.int(),
      on: z.boolean(),
      method: z.enum(['GET', 'POST']),
      methods: z.array(z.enum(['GET', 'POST'])),
      tags: z.array(z.string()),
      headers: z.record(z.string(), z.string()),
      values: z.record(z.string(), z.json()),
      auth: z.object({ kind: z.string() }),
      anything: z.json(),
      when: z.union([z.boolean(), z.string()]).meta({ condition: true }),
      pause: z.union([z.number(), z.string()]).meta({ control: 'duration' }),
      at: z.iso.datetime(),
      fixed: z.literal('x'),
    }),
  )
  expect(Object.fromEntries(fieldsOf(schema).map((field) => [field.name, field.kind]))).toEqual({
    text: 'text',
    long: 'longText',
    amount: 'number',
    count: 'number',
    on: 'yesNo',
    method: 'choice',
    methods: 'choices',
    tags: 'list',
    headers: 'keyValue',
    values: 'keyValue',
    auth: 'group',
    anything: 'value',
    when: 'condition',
    pause: 'duration',
    at: 'dateTime',
  })
})

test('choices carry their words', () => {
  const schema = schemaOf(
    z.object({
      respond: z.enum(['immediately', 'whenFinished']).meta({ labels: { immediately: 'At once' } }),
      verb: z.enum(['GET']),
    }),
  )
  expect(fieldsOf(schema).map((field) => field.choices)).toEqual([
    [
      { value: 'immediately', label: 'At once' },
      { value: 'whenFinished', label: 'When finished' },
    ],
    [{ value: 'GET', label: 'GET' }],
  ])
})

test('fields inside a group know their way and whether data may be put in', () => {
  const schema = schemaOf(z.object({ auth: z.object({ user: z.string() }).meta({ expression: true }) }))
  expect(fieldsOf(schema)[0]?.fields?.[0]).toMatchObject({ path: ['auth', 'user'], expression: true, label: 'User' })
})

test('values of headers are text, values of fields may be anything', () => {
  const schema = schemaOf(z.object({ headers: z.record(z.string(), z.string()), values: z.record(z.string(), z.json()) }))
  expect(fieldsOf(schema).map((field) => field.typed)).toEqual([false, true])
})

test('names become labels', () => {
  expect(labelFromName('respondTimeoutMs')).toBe('Respond timeout ms')
  expect(labelFromName('content-type')).toBe('Content type')
  expect(labelFromName('POST')).toBe('POST')
})

test('writing a field changes only it, and an emptied group goes', () => {
  const params = { url: 'https://a.example', auth: { kind: 'basic', user: 'me' } }
  expect(readField(params, ['auth', 'user'])).toBe('me')
  expect(readField(params, ['auth', 'constructor'])).toBeUndefined()
  expect(writeField(params, ['auth', 'user'], 'you')).toEqual({ url: 'https://a.example', auth: { kind: 'basic', user: 'you' } })
  expect(writeField({ auth: { user: 'me' } }, ['auth', 'user'], undefined)).toEqual({})
  expect(writeField({}, ['auth', 'user'], 'me')).toEqual({ auth: { user: 'me' } })
  expect(params).toEqual({ url: 'https://a.example', auth: { kind: 'basic', user: 'me' } })
})

test('what is fixed is left out, and with it a group that holds nothing else', () => {
  const schema = schemaOf(z.object({ auth: z.object({ kind: z.literal('none') }), url: z.string() }))
  expect(fieldsOf(schema).map((field) => field.name)).toEqual(['url'])
})
