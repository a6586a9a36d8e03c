import { isJsonObject, type Json } from '#shared/json.ts'

const largestBody = 2000

/** A command that sends a request like the last one to an address, ready to be pasted into a shell. */
export function curlFor(url: string, methods: Json | undefined, sample: Json | undefined): string {
  const method = Array.isArray(methods) && typeof methods[0] === 'string' ? methods[0] : 'POST'
  const parts = [`curl -X ${method} ${quoted(url)}`]
  if (method !== 'GET' && method !== 'HEAD') {
    parts.push(`-H ${quoted('Content-Type: application/json')}`, `-d ${quoted(bodyOf(sample))}`)
  }
  return parts.join(' ')
}

function bodyOf(sample: Json | undefined): string {
  const body = isJsonObject(sample) ? sample['body'] : undefined
  const text = body === undefined || body === null ? '{"hello":"world"}' : JSON.stringify(body)
  return text.length > largestBody ? '{"hello":"world"}' : text
}

/** In single quotes a shell reads everything as it stands, but for the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
