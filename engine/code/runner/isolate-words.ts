import { callKinds, type FetchHead, type FileHead, type RequestHead } from './messages.ts'

/**
 * Reads what an isolate says. Our own part of it wrote that, with built-ins which code may have changed: so it is read
 * as a stranger's words, here, where the attempt that broke it is known and the runner needn't be given up for it.
 */

/** Names and values of all headers of one call. */
const mostHeaderLength = 64 * 1024
const mostHeaders = 1_000
const mostUrlLength = 64 * 1024

export type FetchWords = FetchHead & { form: 'none' | 'text' | 'latin1' }

/** Why a call can't be made as it was asked for; its message is for whoever wrote the code. */
export class CallRefusal extends Error {}

export function readFetchHead(text: unknown): FetchWords {
  const { url, method, headers, followRedirects, form } = objectFrom(text)
  if (typeof url !== 'string' || typeof method !== 'string' || typeof followRedirects !== 'boolean') throw broken()
  if (!Array.isArray(headers)) throw broken()
  const pairs = headers.map((pair: unknown): [string, string] => {
    const [name, value]: unknown[] = Array.isArray(pair) ? pair : []
    if (typeof name !== 'string' || typeof value !== 'string') throw broken()
    return [name, value]
  })
  if (url.length > mostUrlLength) throw new CallRefusal('The address of a call is longer than 64 KiB')
  if (pairs.length > mostHeaders || pairs.reduce((sum, [name, value]) => sum + name.length + value.length, 0) > mostHeaderLength)
    throw new CallRefusal('A call has more than 1,000 headers, or more than 64 KiB of them')
  return { url, method: method.slice(0, 100), headers: pairs, followRedirects, form: formFrom(form) }
}

export function readFileHead(text: unknown): { head: FileHead; form: FetchWords['form'] } {
  const { kind, file, name, type, form } = objectFrom(text)
  if (kind === 'files.read' && typeof file === 'string') return { head: { kind, file: file.slice(0, 100) }, form: formFrom(form) }
  if (kind !== 'files.save' || typeof name !== 'string' || typeof type !== 'string') throw broken()
  return { head: { kind, name: name.slice(0, 255), type: type.slice(0, 255) }, form: formFrom(form) }
}

export function readRequestHead(text: unknown): RequestHead {
  const { kind, name, times, options, form } = objectFrom(text)
  const known = callKinds.find((one) => one === kind)
  if (known === undefined || typeof name !== 'string' || typeof options !== 'string') throw broken()
  if (name === '' || name.length > 200 || /\p{Cc}/u.test(name) || !name.isWellFormed()) throw broken()
  if (typeof times !== 'number' || !Number.isSafeInteger(times) || times < 1) throw broken()
  if (options.length > mostHeaderLength) throw new CallRefusal(`The options of "${name.slice(0, 100)}" are longer than 64 KiB`)
  return { kind: known, name, times, options, form: formFrom(form) }
}

function objectFrom(text: unknown): { [name: string]: unknown } {
  const value: unknown = JSON.parse(String(text))
  if (typeof value !== 'object' || value === null) throw broken()
  return { ...value }
}

function formFrom(form: unknown): 'none' | 'text' | 'latin1' {
  if (form === 'none' || form === 'text' || form === 'latin1') return form
  throw broken()
}

function broken(): Error {
  return new Error('The isolate said what our part of it never says')
}
