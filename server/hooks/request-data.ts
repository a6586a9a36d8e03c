import type { IncomingMessage } from 'node:http'
import { AppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import { readMultipart, readUrlEncoded } from '../http/form-body.ts'
import { parseStrictJson } from '../http/strict-json.ts'
import { strictText } from '../http/strict-text.ts'
import { sessionCookieName } from '../auth/session-cookie.ts'

export interface RequestBody {
  body: JsonText
  /** Files that came with a form, by field. */
  files?: SentFile[]
}

interface SentFile {
  field: string
  name: string
  type: string
  size: number
  base64: string
}

/**
 * A request's body as the flow sees it: JSON to the letter, forms as an object of their fields, text as text, and
 * anything else as `{ type, size, base64 }`. Throws `invalid_json`, `invalid_encoding`, `too_deep` or `too_large` for what
 * can't be read.
 */
export async function bodyOf(req: IncomingMessage, bytes: Buffer, maxDepth: number): Promise<RequestBody> {
  if (bytes.length === 0) return { body: 'null' }
  const header = req.headers['content-type'] ?? ''
  const type = header.split(';')[0]?.trim().toLowerCase() ?? ''
  if (isJsonType(type)) return { body: jsonText(bytes, maxDepth) }
  if (type === 'application/x-www-form-urlencoded') return { body: JSON.stringify(fieldsOf(readUrlEncoded(bytes))) }
  if (type === 'multipart/form-data') return multipart(bytes, header)
  if (isTextType(type)) return { body: JSON.stringify(decodedText(bytes, header)) }
  if (type === '') return { body: guessed(bytes, maxDepth) }
  return { body: JSON.stringify({ type, size: bytes.length, base64: bytes.toString('base64') }) }
}

/** Names and values as an object; a name that occurs again makes a list. */
export function fieldsOf(pairs: Iterable<[string, string]>): { [name: string]: string | string[] } {
  // Without a prototype, so that any name a stranger sends is only a name.
  const fields: { [name: string]: string | string[] } = Object.create(null)
  for (const [name, value] of pairs) {
    const before = fields[name]
    if (Array.isArray(before)) before.push(value)
    else fields[name] = before === undefined ? value : [before, value]
  }
  return fields
}

/** The headers of a request as a flow may see them: our own session is nobody else's business. */
export function visibleHeaders(req: IncomingMessage): { [name: string]: string | string[] | undefined } {
  if (req.headers.cookie?.includes(sessionCookieName) !== true) return req.headers
  const cookies = req.headers.cookie.split(';').filter((pair) => pair.split('=')[0]?.trim() !== sessionCookieName)
  const { cookie: _ours, ...rest } = req.headers
  return cookies.length === 0 ? rest : { ...rest, cookie: cookies.join(';').trim() }
}

function jsonText(bytes: Buffer, maxDepth: number): JsonText {
  const text = strictText(bytes)
  parseStrictJson(text, maxDepth)
  return text
}

function isJsonType(type: string): boolean {
  return type === 'application/json' || type.endsWith('+json') || type === 'text/json'
}

function isTextType(type: string): boolean {
  return (
    type.startsWith('text/') ||
    type.endsWith('+xml') ||
    ['application/xml', 'application/javascript', 'application/x-ndjson', 'application/yaml'].includes(type)
  )
}

function decodedText(bytes: Buffer, header: string): string {
  const charset = /charset="?([^";\s]+)/i.exec(header)?.[1]?.toLowerCase() ?? 'utf-8'
  if (charset === 'utf-8' || charset === 'utf8') return strictText(bytes)
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new AppError('invalid_encoding', `The body is not text in the character set ${charset.slice(0, 40)}.`, { cause })
  }
}

/** What came without saying what it is: JSON when it reads as such, else text, else bytes. */
function guessed(bytes: Buffer, maxDepth: number): JsonText {
  try {
    return jsonText(bytes, maxDepth)
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'too_deep') throw error
    return error.code === 'invalid_json'
      ? JSON.stringify(strictText(bytes))
      : JSON.stringify({ type: 'application/octet-stream', size: bytes.length, base64: bytes.toString('base64') })
  }
}

async function multipart(bytes: Buffer, header: string): Promise<RequestBody> {
  const form = await readMultipart(bytes, header)
  const fields: [string, string][] = []
  const files: SentFile[] = []
  for (const [field, value] of form.entries()) {
    if (typeof value === 'string') fields.push([field, value])
    else {
      const content = Buffer.from(await value.arrayBuffer())
      files.push({ field, name: value.name, type: value.type, size: value.size, base64: content.toString('base64') })
    }
  }
  return { body: JSON.stringify(fieldsOf(fields)), ...(files.length === 0 ? {} : { files }) }
}
