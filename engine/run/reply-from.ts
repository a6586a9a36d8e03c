import { AppError } from '#shared/errors.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json, JsonText } from '#shared/json.ts'
import { sliceJson } from '#shared/json-text.ts'
import { mediaTypeOf } from '#shared/media-type.ts'
import type { PlanStep } from '#shared/plan.ts'
import { inlineBytesFrom, storedFileFrom } from '#shared/stored-file.ts'

interface Reply {
  head: { status: number; headers: { [name: string]: string } }
  body: JsonText | null
}

/** What a `respond` step tells the caller, of its params as they are filled in. */
export function replyFrom(step: PlanStep, input: JsonText): Reply {
  const status = statusFrom(input)
  const headers = headersFrom(input)
  const body = sliceJson(input, ['body']) ?? null
  switch (step.params['send']) {
    case 'redirect': {
      const location = locationFrom(step, JSON.parse(sliceJson(input, ['location']) ?? 'null'))
      const isRedirect = status >= 300 && status < 400
      return { head: { status: isRedirect ? status : 302, headers: { ...headers, Location: location } }, body: null }
    }
    case 'file':
      return { head: { status, headers: fileHeaders(step, body, headers) }, body }
    default:
      return { head: { status, headers }, body }
  }
}

function statusFrom(input: JsonText): number {
  const status = Number(JSON.parse(sliceJson(input, ['status']) ?? '200'))
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status
  throw new AppError('invalid_input', `${status} is no status a reply can have. Use a whole number from 200 to 599.`)
}

function headersFrom(input: JsonText): { [name: string]: string } {
  const given: Json = JSON.parse(sliceJson(input, ['headers']) ?? '{}')
  const headers = isJsonObject(given) ? Object.entries(given).map(([name, value]) => [name, textFrom(value)]) : []
  return Object.fromEntries(headers)
}

/** Bytes in the data are sent as such because a header says what they are. */
function fileHeaders(step: PlanStep, body: JsonText | null, headers: { [name: string]: string }): { [name: string]: string } {
  const value: Json = JSON.parse(body ?? 'null')
  if (storedFileFrom(value)) return headers
  const bytes = inlineBytesFrom(value)
  if (bytes === undefined) {
    const message = `Step "${step.name}" is to send a file, but what it was given is none. Choose a file of an earlier step.`
    throw new AppError('invalid_input', message)
  }
  const isSaid = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
  return isSaid ? headers : { ...headers, 'Content-Type': mediaTypeOf(bytes.type) }
}

/** A web address, or a path on the server that was called. Written as headers can carry it. */
function locationFrom(step: PlanStep, given: Json): string {
  const text = typeof given === 'string' ? given.trim() : ''
  const isPath = /^\/(?![/\\])/.test(text)
  const url = URL.parse(text, isPath ? 'http://here' : undefined)
  if (url && isPath) return url.pathname + url.search + url.hash
  if (url && (url.protocol === 'https:' || url.protocol === 'http:')) return url.href
  const message = `Step "${step.name}" sends the caller on, but not to a whole web address, as in https://example.com/thanks.`
  throw new AppError('invalid_input', message)
}

function textFrom(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
