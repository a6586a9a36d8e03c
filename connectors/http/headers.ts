import { AppError } from '#shared/errors.ts'
import { textFrom } from './text-from.ts'

const validName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// What a header can hold on the wire: no control characters, and bytes are Latin-1.
const validValue = /^[\t\x20-\x7e\x80-\xff]*$/
// These belong to the connection, not to the message.
const ofTheConnection = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** The flow's headers, and ours where the flow sets none of that name. Empty (`null`) ones are left out. */
export function requestHeaders(
  given: { [name: string]: unknown } = {},
  ours: { [name: string]: string },
): [name: string, value: string][] {
  const headers = Object.entries(given)
    .filter(([, value]) => value !== null && value !== undefined)
    .flatMap(([name, value]): [string, string][] =>
      (Array.isArray(value) ? value : [value]).map((each) => [name, textFrom(each).trim()]),
    )
  for (const [name, value] of headers) {
    if (!validName.test(name))
      throw new AppError('invalid_input', `"${name}" can't be the name of a header; use letters, digits and -.`)
    if (ofTheConnection.has(name.toLowerCase()))
      throw new AppError('invalid_input', `The header ${name} is set by Holdfast itself; leave it out.`)
    if (!validValue.test(value))
      throw new AppError('invalid_input', `The header ${name} holds a line break or a character that headers can't carry.`)
  }
  const names = new Set(headers.map(([name]) => name.toLowerCase()))
  return [...headers, ...Object.entries(ours).filter(([name]) => !names.has(name))]
}
