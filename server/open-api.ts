import { z } from 'zod'
import { ProblemDetails, routes, type Route } from '#shared/api.ts'
import { Json } from '#shared/json.ts'
import { RunStreamEvent } from '#shared/run.ts'

type JsonObject = { [key: string]: unknown }

/** The API as OpenAPI 3.1, made from the table its routes are served from. */
export function openApi(version: string): JsonObject {
  const paths: { [path: string]: JsonObject } = {}
  for (const [name, route] of Object.entries<Route>(routes)) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Holdfast', version, description: 'Flows, their versions and their runs.' },
    servers: [{ url: '/api/v1' }],
    paths,
    components: {
      schemas: { Problem: schemaOf(ProblemDetails, 'output'), Json: jsonSchema() },
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key' },
        session: { type: 'apiKey', in: 'cookie', name: 'holdfast_session', description: 'A browser that signed in' },
      },
    },
  }
}

function operation(name: string, route: Route): JsonObject {
  return {
    operationId: name,
    summary: route.summary,
    'x-permission': route.permission,
    security: route.permission === 'anyone' ? [] : [{ key: [] }, { session: [] }],
    parameters: [...pathParameters(route.path), ...queryParameters(route.query)],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body, 'input') } } } }),
    responses: {
      [route.status]: { description: route.summary, ...replyContent(route) },
      default: {
        description: 'An error',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

function replyContent(route: Route): JsonObject {
  if (route.media !== undefined) return { content: { [route.media]: { schema: { type: 'string', format: 'binary' } } } }
  if (route.stream) return { content: { 'text/event-stream': { schema: schemaOf(RunStreamEvent, 'output') } } }
  return route.reply === undefined ? {} : { content: { 'application/json': { schema: schemaOf(route.reply, 'output') } } }
}

function pathParameters(path: string): JsonObject[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))
}

function queryParameters(query: z.ZodType | undefined): JsonObject[] {
  if (query === undefined) return []
  const schema = schemaOf(query, 'input') as { properties?: { [name: string]: JsonObject }; required?: string[] }
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    in: 'query',
    required: schema.required?.includes(name) ?? false,
    schema: property,
  }))
}

// The one recursive schema: it gets a name of its own, which everything else refers to.
const named = z.registry<{ id?: string }>()
named.add(Json, { id: 'Json' })

/** In one document shared parts live below `components`, not in the `$defs` of the schema that uses them. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _dialect, $defs: _shared, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', metadata: named })
  const moved: JsonObject = JSON.parse(JSON.stringify(rest).replaceAll('"#/$defs/', '"#/components/schemas/'))
  return moved
}

function jsonSchema(): JsonObject {
  const anyOf = ['null', 'boolean', 'number', 'string'].map((type) => ({ type }))
  const self = { $ref: '#/components/schemas/Json' }
  return {
    description: 'Any JSON value',
    anyOf: [...anyOf, { type: 'array', items: self }, { type: 'object', additionalProperties: self }],
  }
}
