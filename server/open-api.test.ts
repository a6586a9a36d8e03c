import { expect, test } from 'vitest'
import { z } from 'zod'
import { routes, type Route } from '#shared/api.ts'
import { openApi } from './open-api.ts'

const Operation = z.object({
  operationId: z.string(),
  parameters: z.array(z.object({ name: z.string(), in: z.string() })),
  responses: z.record(z.string(), z.unknown()),
})
const Document = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
})
const whole = openApi('1.2.3')
const document = Document.parse(whole)

test('describes every route, once', () => {
  const described = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map((operation) => operation.operationId),
  )
  expect(described.toSorted()).toEqual(Object.keys(routes).toSorted())
})

test.each(Object.entries<Route>(routes))('%s has its parameters and its answer', (name, route) => {
  const operation = Object.values(document.paths)
    .flatMap((methods) => Object.values(methods))
    .find((candidate) => candidate.operationId === name)
  const inPath = operation?.parameters.filter((parameter) => parameter.in === 'path').map((parameter) => `:${parameter.name}`)
  expect(inPath).toEqual(route.path.match(/:\w+/g) ?? [])
  expect(Object.keys(operation?.responses ?? {})).toEqual([String(route.status), 'default'])
})

test('every reference in it leads somewhere', () => {
  const references = JSON.stringify(whole).matchAll(/"\$ref":"([^"]+)"/g)
  for (const [, reference = ''] of references) {
    expect(reference).toMatch(/^#\/components\/schemas\//)
    expect(Object.keys(document.components.schemas)).toContain(reference.split('/').at(-1))
  }
})
