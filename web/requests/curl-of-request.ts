import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json, JsonText } from '#shared/json.ts'
import { sliceJson } from '#shared/json-text.ts'
import { shellQuoted } from '../words/shell-quoted.ts'

/** They belong to one connection, or are made anew by whoever sends. */
const ofConnection =
  /^(host|connection|content-length|transfer-encoding|accept-encoding|expect|te|trailer|upgrade|keep-alive|forwarded|via|x-forwarded-.*|x-real-ip)$/
/** They prove who sent it: a copy could not, or would give a secret away. */
const ofProof = /signature|hmac|digest|token|secret|authorization|cookie|password|api-?key|timestamp/
/** They name the delivery: a copy with them would lead to the run the first one started. */
const ofDelivery = /^(idempotency-key|webhook-id|svix-id|x-github-delivery|x-shopify-webhook-id|i-twilio-idempotency-token)$/

export interface CurlCommand {
  text: string
  /** Headers that were left out although the sender set them. */
  leftOut: string[]
  /** Whether files came with it, which are not in the command. */
  hasFiles: boolean
}

/**
 * A command that sends a request once more, ready to be pasted into a shell. `trigger` is what was sent, as text: numbers
 * stay as they came. `secretHeaders` are those the flow's start checks.
 */
export function curlOfRequest(url: string, trigger: JsonText, secretHeaders: readonly string[]): CurlCommand {
  const { method, headers, query, files }: { [name: string]: Json } = JSON.parse(trigger)
  const bodyText = sliceJson(trigger, ['body']) ?? 'null'
  const verb = typeof method === 'string' ? method : 'POST'
  const parts = [`curl -X ${/^[A-Z]+$/.test(verb) ? verb : shellQuoted(verb)} ${shellQuoted(withQuery(url, query))}`]
  const leftOut: string[] = []
  const hidden = new Set(secretHeaders.map((name) => name.toLowerCase()))
  const all = isJsonObject(headers) ? Object.entries(headers) : []
  const type = all.find(([name]) => name === 'content-type')?.[1]
  const body = bodyParts(bodyText, typeof type === 'string' ? type : '')
  for (const [name, value] of all) {
    if (ofConnection.test(name) || (name === 'content-type' && body.setsType)) continue
    if (hidden.has(name) || ofProof.test(name) || ofDelivery.test(name)) leftOut.push(name)
    else for (const one of Array.isArray(value) ? value : [value]) parts.push(headerPart(name, one))
  }
  const hasFiles = (files !== undefined && files !== null) || hasFile(JSON.parse(bodyText))
  return { text: [body.before, [...parts, ...body.parts].join(' ')].join(''), leftOut, hasFiles }
}

/** A header without a value is asked for with a semicolon. */
function headerPart(name: string, value: Json | undefined): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? '')
  return `-H ${shellQuoted(text === '' ? `${name};` : `${name}: ${text}`)}`
}

interface BodyParts {
  parts: string[]
  /** What is piped into it. */
  before: string
  /** The command says itself what kind of body it is. */
  setsType: boolean
}

function bodyParts(bodyText: JsonText, type: string): BodyParts {
  const plain = (parts: string[]): BodyParts => ({ parts, before: '', setsType: false })
  const body: Json = JSON.parse(bodyText)
  if ((body === null || isFile(body)) && !/json/i.test(type)) return plain([])
  if (typeof body === 'string' && !/json/i.test(type)) return plain([`--data-raw ${shellQuoted(body)}`])
  if (isJsonObject(body) && /^application\/x-www-form-urlencoded/i.test(type))
    return plain(
      fieldsOf(body).map(([name, value]) => `--data-raw ${shellQuoted(new URLSearchParams([[name, value]]).toString())}`),
    )
  if (isJsonObject(body) && /^multipart\/form-data/i.test(type))
    return { ...plain(fieldsOf(body).map(([name, value]) => `--form-string ${shellQuoted(`${name}=${value}`)}`)), setsType: true }
  if (isJsonObject(body) && typeof body['base64'] === 'string' && !/json/i.test(type))
    return { ...plain(['--data-binary @-']), before: `printf %s ${shellQuoted(body['base64'])} | base64 -d | ` }
  return plain([`--data-raw ${shellQuoted(bodyText)}`])
}

function fieldsOf(body: { [name: string]: Json }): [name: string, value: string][] {
  return Object.entries(body).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => !isFile(one))
      .map((one): [string, string] => [name, typeof one === 'string' ? one : JSON.stringify(one)]),
  )
}

function withQuery(url: string, query: Json | undefined): string {
  if (!isJsonObject(query)) return url
  const search = new URLSearchParams(fieldsOf(query)).toString()
  return search === '' ? url : `${url}?${search}`
}

/** A file that came with it is kept apart, and not in the command. */
function isFile(value: Json): boolean {
  return isJsonObject(value) && typeof value['$file'] === 'string'
}

function hasFile(body: Json): boolean {
  return isFile(body) || (isJsonObject(body) && Object.values(body).some((value) => [value].flat().some(isFile)))
}
