import { AppError } from '#shared/errors.ts'
import { strictText } from './strict-text.ts'

/** Fields of a form, files included: more than any real one has, and few enough to be gone through at once. */
const mostFields = 10_000

/** The fields of a form without files. Throws `too_large` or `invalid_encoding`. */
export function readUrlEncoded(bytes: Buffer): URLSearchParams {
  // Counted before anything is taken apart: millions of empty fields fit into a body.
  let count = 1
  for (let at = bytes.indexOf('&'); at >= 0 && count <= mostFields; at = bytes.indexOf('&', at + 1)) count++
  refuseTooMany(count)
  return new URLSearchParams(strictText(bytes))
}

/** The fields and files of a form. Throws `too_large` or `invalid_encoding`. */
export async function readMultipart(bytes: Buffer, contentType: string): Promise<FormData> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'Content-Type': contentType } })
    .formData()
    .catch((cause: unknown) => {
      throw new AppError('invalid_encoding', 'The form data is damaged or incomplete.', { cause })
    })
  refuseTooMany([...form.keys()].length)
  return form
}

function refuseTooMany(fields: number): void {
  if (fields <= mostFields) return
  throw new AppError(
    'too_large',
    `The form has more than ${mostFields.toLocaleString('en')} fields, which is the most that is read.`,
  )
}
