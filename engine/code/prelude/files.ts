import type { ReplyHead } from '../runner/messages.ts'
import {
  base64FromLatin1,
  bytesFromLatin1,
  bytesOf,
  latin1FromBase64,
  latin1FromBytes,
  textFromUtf8,
  utf8FromText,
} from './bytes.ts'
import { callHost, type Reply } from './calls.ts'
import { jsonFrom, parseJson } from './host.ts'
import { mostCallBytes } from './limits.ts'
import { progress } from './progress.ts'
import { failureAt, requestCall } from './requests.ts'
import { StepError } from './step-error.ts'
import { value } from './step.ts'
import { withFacts } from './thrown.ts'

/** The bytes of files in the run's data, and data that becomes a file. */
export const files = Object.freeze({
  async read(file: unknown): Promise<object> {
    const { $file, base64, type } = objectFrom(file)
    if (typeof $file === 'string') return read($file)
    // A small body that is no text stands in the data itself: whoever reads it need not tell the two apart.
    const inline = typeof base64 === 'string' ? latin1FromBase64(base64) : undefined
    if (inline !== undefined) return contentOf('', typeof type === 'string' ? type : '', 'latin1', inline)
    throw new TypeError('files.read takes a file of the data, as in files.read(trigger.files[0])')
  },
  async save(name: unknown, content: unknown, options: unknown = {}): Promise<unknown> {
    if (typeof name !== 'string' || name.length > 255)
      throw new TypeError('files.save takes a name of up to 255 characters first')
    const { type = typeof content === 'string' ? 'text/plain; charset=utf-8' : 'application/octet-stream' } = objectFrom(options)
    if (typeof type !== 'string') throw new TypeError('The type of a file is a text, as in { type: "application/pdf" }')
    const bytes = typeof content === 'string' ? undefined : bytesOf(content)
    if (typeof content !== 'string' && bytes === undefined) throw new TypeError(`What "${name}" holds is text or bytes`)
    const body = bytes === undefined ? String(content) : latin1FromBytes(bytes)
    const form = bytes === undefined ? ('text' as const) : ('latin1' as const)
    if (body.length > mostCallBytes)
      throw withFacts(new RangeError(`What "${name.slice(0, 100)}" holds is larger than 10 MiB`), { kind: 'call_limit' })
    const what = { name, type }
    // Inside a step nothing is gone through again, so what it asks for is not recorded for a replay.
    if (progress.open > 0) return value(await now('files.save', { ...what, form: body === '' ? 'none' : form }, body))
    return value(await requestCall('files.save', `files.save ${name}`, { options: what, body, form }))
  },
})

async function read(id: string): Promise<object> {
  const options = { file: id.slice(0, 100) }
  const reply =
    progress.open > 0 || !progress.isDurable
      ? await now('files.read', { ...options, form: 'none' }, '')
      : await requestCall('files.read', `files.read ${options.file}`, { options })
  const { head, form, body } = reply
  return contentOf(said(head, 'name'), said(head, 'type'), form, body)
}

async function now(kind: 'files.read' | 'files.save', options: object, body: string): Promise<Reply> {
  const site = new StepError({ code: 'code_error', message: '' })
  const reply = await callHost('file', jsonFrom({ kind, ...options }), body)
  if (!reply.head.ok) throw failureAt(site, { code: reply.head.code, message: reply.head.message, retryable: false })
  return reply
}

function said(head: ReplyHead, what: string): string {
  return (head.ok && head.headers.find(([name]) => name === what)?.[1]) || ''
}

function contentOf(name: string, type: string, form: 'text' | 'latin1', body: string): object {
  const bytes = () => (form === 'text' ? utf8FromText(body) : bytesFromLatin1(body))
  const text = () => (form === 'text' ? body : textFromUtf8(bytesFromLatin1(body)))
  return {
    name,
    type,
    size: form === 'text' ? bytes().length : body.length,
    bytes,
    text,
    json: () => parseJson(text()),
    base64: () => base64FromLatin1(form === 'text' ? latin1FromBytes(bytes()) : body),
  }
}

function objectFrom(given: unknown): { [name: string]: unknown } {
  return typeof given === 'object' && given !== null ? { ...given } : {}
}
