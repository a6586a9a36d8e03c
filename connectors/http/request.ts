import { z } from 'zod'
import { defineAction } from '../define.ts'
import { requestAddress } from './address.ts'
import { answerText, isNoText } from './answer.ts'
import { keepAnswer } from './answer-file.ts'
import { requestBody } from './body.ts'
import { errorFromAnswer } from './error-from-answer.ts'
import { requestHeaders } from './headers.ts'

const unsafeMethods = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

const Input = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']).default('GET').meta({
    title: 'Method',
    description: 'GET reads; POST, PUT, PATCH and DELETE change something on the other side.',
  }),
  url: z.string().trim().min(1, 'Put in a web address').meta({
    title: 'Address',
    description: 'The web address to call.',
    placeholder: 'https://api.example.com/orders',
    expression: true,
  }),
  query: z.record(z.string(), z.unknown()).optional().meta({
    title: 'Address parameters',
    description: 'Added to the address after the question mark.',
    control: 'keyValue',
    expression: true,
  }),
  headers: z.record(z.string(), z.unknown()).optional().meta({
    title: 'Headers',
    description: 'Sent along with the call, by name.',
    control: 'keyValue',
    expression: true,
  }),
  body: z.unknown().optional().meta({
    title: 'Body',
    description: 'What is sent. Data of an earlier step goes out exactly as it came in.',
    control: 'json',
    expression: true,
  }),
  bodyType: z
    .enum(['json', 'form', 'multipart', 'text', 'file'])
    .default('json')
    .meta({
      title: 'Body is sent as',
      description: 'How the other side wants to read it.',
      labels: { json: 'JSON', form: 'Web form', multipart: 'Web form with parts', text: 'Plain text', file: 'A file' },
      advanced: true,
    }),
  auth: z
    .strictObject({ kind: z.literal('none') })
    .optional()
    .meta({
      title: 'Sign-in',
      description: 'Stored sign-ins come with connections. Until then a header can carry one.',
      advanced: true,
    }),
  responseType: z
    .enum(['auto', 'json', 'text', 'file'])
    .default('auto')
    .meta({
      title: 'Answer is read as',
      description: 'As the other side labels it, always as JSON, always as text, or kept as a file.',
      labels: { auto: 'As labelled', json: 'JSON', text: 'Text', file: 'A file' },
      advanced: true,
    }),
  followRedirects: z.boolean().default(true).meta({
    title: 'Follow redirects',
    description: 'Go on to the address the other side points to, five times at most.',
    advanced: true,
  }),
  failOnStatus: z.boolean().default(true).meta({
    title: 'Fail on error answers',
    description: 'An answer with status 400 or above fails the step; otherwise it goes on with it.',
    advanced: true,
  }),
})

const Output = z.object({
  status: z.number().int().meta({ title: 'Status' }),
  headers: z
    .record(z.string(), z.union([z.string(), z.array(z.string())]))
    .meta({ title: 'Headers', description: 'By name, in lower case.' }),
  body: z.unknown().meta({ title: 'Body' }),
})

export const request = defineAction({
  id: 'http.request',
  title: 'Call a web address',
  description: 'Sends an HTTP request and gives what comes back.',
  keywords: ['http', 'https', 'api', 'rest', 'request', 'fetch', 'url', 'curl', 'get', 'post', 'webhook'],
  defaults: { method: 'GET' },
  input: Input,
  output: Output,
  async run(input, { inputText, idempotencyKey, signal, fetch, files }) {
    const address = requestAddress(input.url, input.query)
    const body = await requestBody(input.bodyType, input.body, { inputText, files })
    const headers = requestHeaders(input.headers, {
      accept: input.responseType === 'json' ? 'application/json' : '*/*',
      'user-agent': 'Holdfast',
      ...(body === undefined ? {} : { 'content-type': body.contentType }),
      ...(unsafeMethods.has(input.method) ? { 'idempotency-key': idempotencyKey } : {}),
    })
    const answer = await fetch({
      url: address.href,
      method: input.method,
      headers,
      followRedirects: input.followRedirects,
      signal,
      ...(input.responseType === 'file' ? { maxBytes: files.mostBytes } : {}),
      ...(body === undefined ? {} : { body: body.content }),
    })
    if (input.failOnStatus && answer.status >= 400) throw errorFromAnswer(answer, input.method, address)
    const { responseType } = input
    const isFile = responseType === 'file' ? input.method !== 'HEAD' : responseType === 'auto' && isNoText(answer)
    const file = isFile ? await keepAnswer(files, answer) : undefined
    return { jsonText: answerText(answer, responseType === 'file' ? 'auto' : responseType, file) }
  },
})
