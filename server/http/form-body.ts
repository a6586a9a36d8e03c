import { withRareBoundary } from './rare-boundary.ts'
import { AppError } from '#shared/errors.ts'
import { assertUtf8Escapes, strictText } from './strict-text.ts'

/** More fields than any real form has, and few enough to be gone through at once. */
const mostFields = 10_000
/** With files, each field is a part with headers of its own, which takes ten times as long to read. */
const mostParts = 1000

/** The fields of a form without files. Throws `too_large` or `invalid_encoding`. */
export function readUrlEncoded(bytes: Buffer): URLSearchParams {
  refuseTooMany(countOf(bytes, '&', mostFields) + 1, mostFields)
  const text = strictText(bytes)
  assertUtf8Escapes(text, 'form')
  return new URLSearchParams(text)
}

/** The fields and files of a form. Throws `too_large` or `invalid_encoding`. */
export async function readMultipart(bytes: Buffer, contentType: string): Promise<FormData> {
  const boundary = /boundary=(?:"([^"]+)"|([^";,\s]+))/i.exec(contentType)
  refuseTooMany(countOf(bytes, `\r\n--${boundary?.[1] ?? boundary?.[2] ?? ''}`, mostParts), mostParts)
  const sent = withRareBoundary(bytes, contentType)
  const form = await new Response(new Uint8Array(sent.bytes), { headers: { 'Content-Type': sent.contentType } })
    .formData()
    .catch((cause: unknown) => {
      throw new AppError('invalid_encoding', 'The form data is damaged or incomplete.', { cause })
    })
  assertUnbroken(form, bytes)
  return form
}

/** Counted before anything is taken apart: millions of empty fields fit into a body. */
function countOf(bytes: Buffer, separator: string, most: number): number {
  let count = 0
  for (let at = bytes.indexOf(separator); at >= 0 && count <= most; at = bytes.indexOf(separator, at + 1)) count++
  return count
}

/**
 * What was no UTF-8 has been replaced when it is read here; the same sign that somebody wrote is there in the bytes. What
 * comes later stands further on in them, so that all is gone through once, however many fields there are.
 */
function assertUnbroken(form: FormData, bytes: Buffer): void {
  let after = 0
  for (const [name, value] of form) {
    const places = [name, typeof value === 'string' ? value : value.name]
      .filter((text) => text.includes('\uFFFD'))
      .map((text) => bytes.indexOf(text, after))
    if (places.includes(-1)) throw new AppError('invalid_encoding', 'The form is not valid UTF-8.')
    after = Math.max(after, ...places.map((place) => place + 1))
  }
}

function refuseTooMany(fields: number, most: number): void {
  if (fields <= most) return
  throw new AppError('too_large', `The form has more than ${most.toLocaleString('en')} fields, which is the most that is read.`)
}
