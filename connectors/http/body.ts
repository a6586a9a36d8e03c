import { AppError } from '#shared/errors.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json, JsonText } from '#shared/json.ts'
import { sliceJson } from '#shared/json-text.ts'
import { mediaTypeOf } from '#shared/media-type.ts'
import type { FileContent, Files } from '../define.ts'
import { inlineBytesFrom, storedFileFrom } from '#shared/stored-file.ts'
import { textFrom } from './text-from.ts'

export type BodyType = 'json' | 'form' | 'multipart' | 'text' | 'file'

export interface RequestBody {
  content: Uint8Array | string
  contentType: string
}

/** What is sent, and how it is labelled; undefined when there is nothing to send. */
export async function requestBody(
  type: BodyType,
  body: unknown,
  { inputText, files }: { inputText: JsonText; files: Files },
): Promise<RequestBody | undefined> {
  if (body === undefined || body === null || body === '') return undefined
  // A file goes out as the file it is; asked for by name, so do bytes that stand in the data.
  const file = type === 'multipart' || type === 'form' ? undefined : await fileFrom(body, files, type === 'file')
  if (file) return { content: file.content, contentType: mediaTypeOf(file.type) }
  switch (type) {
    case 'file':
      throw new AppError(
        'invalid_input',
        'The body is to be a file, but what it was given is none. Choose a file of an earlier step.',
      )
    case 'json':
      return { content: jsonFrom(body, inputText), contentType: 'application/json' }
    case 'text':
      return { content: typeof body === 'string' ? body : rawBody(inputText), contentType: 'text/plain; charset=utf-8' }
    case 'form':
      return { content: new URLSearchParams(fieldsOf(body)).toString(), contentType: 'application/x-www-form-urlencoded' }
    case 'multipart':
      return multipartFrom(body, files)
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
  return valuesOf(body).map(([name, value]) => [name, textFrom(value)])
}

function valuesOf(body: unknown): [name: string, value: Json][] {
  if (!isJsonObject(body))
    throw new AppError(
      'invalid_input',
      'A body sent as a web form needs names and values, such as { "email": "ada@example.com" }.',
    )
  return Object.entries(body).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).filter((each) => each !== null).map((each): [string, Json] => [name, each]),
  )
}

async function multipartFrom(body: unknown, files: Files): Promise<RequestBody> {
  const form = new FormData()
  for (const [name, value] of valuesOf(body)) {
    const file = await fileFrom(value, files, true)
    if (file === undefined) form.append(name, textFrom(value))
    else form.append(name, new Blob([Uint8Array.from(file.content)], { type: mediaTypeOf(file.type) }), file.name || 'file')
  }
  const encoded = new Response(form) // the platform writes the parts and chooses the boundary
  return {
    content: new Uint8Array(await encoded.arrayBuffer()),
    contentType: encoded.headers.get('content-type') ?? 'multipart/form-data',
  }
}

/** The file a value is; undefined for any other. Bytes in the data are told by all of what they come with. */
async function fileFrom(value: unknown, files: Files, takesInline: boolean): Promise<FileContent | undefined> {
  const stored = storedFileFrom(value)
  if (stored) return files.open(stored.$file)
  const inline = takesInline && isJsonObject(value) && 'size' in value ? inlineBytesFrom(value) : undefined
  return inline && { name: '', type: inline.type, content: Buffer.from(inline.base64, 'base64') }
}
