import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import { shellQuoted } from '../../words/shell-quoted.ts'

const largestBody = 2000

/** A command that sends a request like the last one to an address, ready to be pasted into a shell. */
export function curlFor(url: string, methods: Json | undefined, sample: Json | undefined): string {
  const method = Array.isArray(methods) && typeof methods[0] === 'string' ? methods[0] : 'POST'
  const parts = [`curl -X ${method} ${shellQuoted(url)}`]
  if (method !== 'GET' && method !== 'HEAD') {
    parts.push(`-H ${shellQuoted('Content-Type: application/json')}`, `-d ${shellQuoted(bodyOf(sample))}`)
  }
  return parts.join(' ')
}

function bodyOf(sample: Json | undefined): string {
  const body = isJsonObject(sample) ? sample['body'] : undefined
  const text = body === undefined || body === null ? '{"hello":"world"}' : JSON.stringify(body)
  return text.length > largestBody ? '{"hello":"world"}' : text
}
