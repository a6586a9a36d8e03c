import type { IncomingMessage } from 'node:http'
import { AppError } from '#shared/errors.ts'
import type { Json, JsonText } from '#shared/json.ts'
import { type FileWithBytes, newFile } from '../files/new-file.ts'
import { readMultipart, readUrlEncoded } from '../http/form-body.ts'
import { parseStrictJson } from '../http/strict-json.ts'
import { strictText, utf8FromLatin1 } from '../http/strict-text.ts'
import { dataFromXml, type XmlData } from './data-from-xml.ts'
import type { SentSecret } from './verify/sent-secret.ts'
import { sessionCookieName } from '../auth/session-cookie.ts'

export interface RequestBody {
  body: JsonText
  /** XML as data, where the trigger asks for it. */
  xml?: XmlData
  /** Files that came with a form, as the flow sees them. */
  files?: { [name: string]: Json }[]
  /** What has to be kept before anything refers to it. */
  toKeep?: FileWithBytes[]
}

interface ReadingOptions {
  maxBodyBytes: number
  maxDepth: number
  keepsFiles: boolean
  parsesXml: boolean
}

/** As data, text is as long as it was and a little more; a stranger can have it be six times that, and memory with it. */
const mostTimes = 3
/** Bytes that are no text stand in the data itself up to this size; larger ones become a file. */
const largestInline = 256 * 1024
/** More than any form has, and few enough to be kept one after the other. */
const mostFiles = 100

/**
 * A request's body as the flow sees it: JSON to the letter, forms as an object of their fields, text as text, and
 * anything else as `{ type, size, base64 }`, or as a file when it is large and `keepsFiles`. Throws `invalid_json`,
 * `invalid_xml`, `invalid_encoding`, `too_deep` or `too_large` for what can't be read.
 */
export async function bodyOf(req: IncomingMessage, bytes: Buffer, options: ReadingOptions): Promise<RequestBody> {
  const read = await readBody(req, bytes, options)
  const most = options.maxBodyBytes * mostTimes
  if (read.body.length > most)
    throw new AppError(
      'too_large',
      `Written as data, the body has more than ${most} characters, as what isn’t text takes six each.`,
    )
  return read
}

async function readBody(
  req: IncomingMessage,
  bytes: Buffer,
  { maxDepth, keepsFiles, parsesXml }: ReadingOptions,
): Promise<RequestBody> {
  if (bytes.length === 0) return { body: 'null' }
  const header = req.headers['content-type'] ?? ''
  const type = header.split(';')[0]?.trim().toLowerCase() ?? ''
  if (isJsonType(type)) return { body: jsonText(bytes, maxDepth) }
  if (type === 'application/x-www-form-urlencoded') return { body: JSON.stringify(fieldsOf(readUrlEncoded(bytes))) }
  if (type === 'multipart/form-data') return multipart(bytes, header)
  if (isXmlType(type)) {
    const text = decodedText(bytes, charsetIn(header) ?? xmlCharset(bytes))
    return { body: JSON.stringify(text), ...(parsesXml ? { xml: dataFromXml(text, maxDepth) } : {}) }
  }
  if (isTextType(type)) return { body: JSON.stringify(decodedText(bytes, charsetIn(header))) }
  const guessed = type === '' ? guessedText(bytes, maxDepth) : undefined
  return guessed === undefined ? binary(type || 'application/octet-stream', bytes, keepsFiles) : { body: guessed }
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

/** An API key of ours: programs send theirs along to whatever address they call. */
const ownKey = /^Bearer +hf_/i

/**
 * The headers of a request as a flow may see them: our own sessions and keys are nobody else's business, and a secret that
 * was sent is for nobody to read. Throws `invalid_encoding` for one that is not UTF-8.
 */
export function visibleHeaders(
  { headers: sent }: IncomingMessage,
  secret?: SentSecret,
): { [name: string]: string | string[] | undefined } {
  const headers = secret !== undefined && sent[secret.header] !== undefined ? { ...sent, [secret.header]: secret.shown } : sent
  const holdsKey = ownKey.test(headers.authorization ?? '')
  const holdsOurs = holdsKey || headers.cookie?.includes(sessionCookieName) === true
  if (!holdsOurs && !Object.values(headers).some(isBeyondAscii)) return headers
  const { cookie, ...others } = headers
  const { authorization: _key, ...withoutKey } = others
  const rest = holdsKey ? withoutKey : others
  const cookies = cookie?.split(';').filter((pair) => pair.split('=')[0]?.trim() !== sessionCookieName) ?? []
  const visible = cookies.length === 0 ? rest : { ...rest, cookie: cookies.join(';').trim() }
  return Object.fromEntries(Object.entries(visible).map(([name, value]) => [name, inUtf8(name, value)]))
}

function isBeyondAscii(value: string | string[] | undefined): boolean {
  return /[\x80-\xff]/.test(String(value))
}

function inUtf8(name: string, value: string | string[] | undefined): string | string[] | undefined {
  const read = (text: string) => utf8FromLatin1(text, `header ${name}`)
  return Array.isArray(value) ? value.map(read) : value && read(value)
}

function jsonText(bytes: Buffer, maxDepth: number): JsonText {
  const text = strictText(bytes)
  parseStrictJson(text, maxDepth)
  return text
}

function isJsonType(type: string): boolean {
  return type === 'application/json' || type.endsWith('+json') || type === 'text/json'
}

function isXmlType(type: string): boolean {
  return type === 'application/xml' || type === 'text/xml' || type.endsWith('+xml')
}

function isTextType(type: string): boolean {
  return type.startsWith('text/') || ['application/javascript', 'application/x-ndjson', 'application/yaml'].includes(type)
}

function charsetIn(header: string): string | undefined {
  return /charset="?([^";\s]+)/i.exec(header)?.[1]?.toLowerCase()
}

/** XML says it itself, in letters that are the same in most character sets. */
function xmlCharset(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const start = bytes.subarray(0, 200).toString('latin1')
  return /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1]?.toLowerCase()
}

function decodedText(bytes: Buffer, charset = 'utf-8'): string {
  if (charset === 'utf-8' || charset === 'utf8') return strictText(bytes)
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new AppError('invalid_encoding', `The body is not text in the character set ${charset.slice(0, 40)}.`, { cause })
  }
}

/** What came without saying what it is: JSON when it reads as such, else text; undefined when it is neither. */
function guessedText(bytes: Buffer, maxDepth: number): JsonText | undefined {
  try {
    return jsonText(bytes, maxDepth)
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'too_deep') throw error
    return error.code === 'invalid_json' ? JSON.stringify(strictText(bytes)) : undefined
  }
}

function binary(type: string, bytes: Buffer, keepsFiles: boolean): RequestBody {
  if (!keepsFiles || bytes.length <= largestInline)
    return { body: JSON.stringify({ type, size: bytes.length, base64: bytes.toString('base64') }) }
  const kept = newFile('', type, bytes)
  return { body: JSON.stringify(kept.file.inData), toKeep: [kept] }
}

async function multipart(bytes: Buffer, header: string): Promise<RequestBody> {
  const form = await readMultipart(bytes, header)
  const fields: [string, string][] = []
  const sent: { field: string; value: File }[] = []
  for (const [field, value] of form.entries()) {
    if (typeof value === 'string') fields.push([field, value])
    // A browser sends a nameless nothing where no file was chosen.
    else if (value.name !== '' || value.size > 0) sent.push({ field, value })
  }
  const body = JSON.stringify(fieldsOf(fields))
  if (sent.length === 0) return { body }
  if (sent.length > mostFiles)
    throw new AppError('too_large', `The form brings ${sent.length} files; ${mostFiles} is the most that is taken at a time.`)
  const files: { [name: string]: Json }[] = []
  const toKeep: FileWithBytes[] = []
  for (const { field, value } of sent) {
    const kept = newFile(value.name, value.type, Buffer.from(await value.arrayBuffer()))
    toKeep.push(kept)
    files.push({ ...kept.file.inData, field })
  }
  return { body, files, toKeep }
}
