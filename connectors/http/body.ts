import { AppError } from '#shared/errors.ts'
import { isJsonObject } from '#shared/json.ts'
import type { JsonText } from '#shared/json.ts'
import { sliceJson } from '#shared/json-text.ts'
import { textFrom } from './text-from.ts'

export interface RequestBody {
  content: Uint8Array | string
  contentType: string
}

/** What is sent, and how it is labelled; undefined when there is nothing to send. */
export async function requestBody(
  type: 'json' | 'form' | 'multipart' | 'text',
  body: unknown,
  inputText: JsonText,
): Promise<RequestBody | undefined> {
  if (body === undefined || body === null || body === '') return undefined
  switch (type) {
    case 'json':
      return { content: jsonFrom(body, inputText), contentType: 'application/json' }
    case 'text':
      return { content: typeof body === 'string' ? body : rawBody(inputText), contentType: 'text/plain; charset=utf-8' }
    case 'form':
      return { content: new URLSearchParams(fieldsOf(body)).toString(), contentType: 'application/x-www-form-urlencoded' }
    case 'multipart':
      return multipartFrom(fieldsOf(body))
  }
}

/** A body that was only passed on leaves as it was written, digit by digit; parsing it would round big numbers. */
function jsonFrom(body: unknown, inputText: JsonText): string {
  return typeof body === 'string' && isWrittenJson(body) ? body : rawBody(inputText)
}

function rawBody(inputText: JsonText): string {
  return sliceJson(inputText, ['body']) ?? 'null'
}

/** Whether a text is an object or list somebody wrote out, rather than a text to be sent as one. */
function isWrittenJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function fieldsOf(body: unknown): [name: string, value: string][] {
  if (!isJsonObject(body))
    throw new AppError(
      'invalid_input',
      'A body sent as a web form needs names and values, such as { "email": "ada@example.com" }.',
    )
  return Object.entries(body).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((each) => each !== null)
      .map((each): [string, string] => [name, textFrom(each)]),
  )
}

async function multipartFrom(fields: [name: string, value: string][]): Promise<RequestBody> {
  const form = new FormData()
  for (const [name, value] of fields) form.append(name, value)
  const encoded = new Response(form) // the platform writes the parts and chooses the boundary
  return {
    content: new Uint8Array(await encoded.arrayBuffer()),
    contentType: encoded.headers.get('content-type') ?? 'multipart/form-data',
  }
}
