import { createHash } from 'node:crypto'
import { parse, stringify } from 'node:querystring'
import { bytesFrom, isSame, isSignedBy } from './signatures.ts'
import { type Check, distrust, headerOf, type SignedRequest, trusted, undecided } from './verdict.ts'

/**
 * Twilio signs the address it called and, after it, the fields of a form in the order of their names; of any other body
 * the address holds the SHA-256. https://www.twilio.com/docs/usage/security#validating-requests
 */
export const checkTwilio: Check = (request, secrets) => {
  const header = headerOf(request, 'x-twilio-signature')
  if (header === undefined) return distrust('signature_missing')
  const signature = bytesFrom(header, 'base64')
  if (!signature) return distrust('signature_wrong')
  const isOfBody = isForm(request)
  if (isOfBody && !request.bytes) return undecided
  const fields = isOfBody && request.bytes ? formText(request.bytes) : ''
  const isSigned = [...addressesOf(request.url)]
    .map((address) => isSignedBy(secrets, 'sha1', signature, address, fields))
    .includes(true)
  if (!isSigned) return distrust('signature_wrong')
  if (!request.bytes) return undecided
  return isOfBody || hasItsBody(request.url, request.bytes) ? trusted : distrust('signature_wrong')
}

/**
 * It may have left the usual port out, or written it out; and parts of Twilio sign the address as browsers write it, or
 * with its question as Node's old `querystring` does.
 */
function addressesOf(address: string): Set<string> {
  if (!URL.canParse(address)) return new Set()
  const url = new URL(address)
  const begin = `${url.protocol}//${url.hostname}`
  const usual = url.protocol === 'https:' ? '443' : '80'
  const path = address.slice(`${url.protocol}//${url.host}`.length)
  const [beforeQuestion = '', question = ''] = path.split(/\?(.*)/s)
  const rests = [path, url.pathname + url.search]
  if (question !== '') rests.push(`${beforeQuestion}?${stringify(parse(question))}`)
  return new Set([address, ...rests.flatMap((rest) => [`${begin}:${url.port || usual}${rest}`, `${begin}${rest}`])])
}

function isForm(request: SignedRequest): boolean {
  return headerOf(request, 'content-type')?.startsWith('application/x-www-form-urlencoded') ?? false
}

function formText(bytes: Buffer): string {
  const fields = new Map<string, Set<string>>()
  for (const [name, value] of new URLSearchParams(bytes.toString()))
    fields.set(name, (fields.get(name) ?? new Set<string>()).add(value))
  return [...fields]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, values]) => [...values].toSorted().map((value) => name + value))
    .join('')
}

/** What isn't a form is signed by its checksum in the address, or not at all: then nobody vouches for it. */
function hasItsBody(url: string, bytes: Buffer): boolean {
  const checksum = new URL(url).searchParams.get('bodySHA256')
  if (checksum === null) return bytes.length === 0
  const stated = bytesFrom(checksum, 'hex')
  return stated !== undefined && isSame(stated, createHash('sha256').update(bytes).digest())
}
