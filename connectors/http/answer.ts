import { AppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import type { StoredFile } from '#shared/stored-file.ts'
import { jsonDepth } from '#shared/json-text.ts'

const maxDepth = 200

interface Answer {
  status: number
  headers: [name: string, value: string][]
  body: Uint8Array
}

/** The step's output as JSON text. A JSON body stands in it exactly as the other side wrote it. */
/** `file` stands for the body where it was kept as one. */
export function answerText(answer: Answer, read: 'auto' | 'json' | 'text', file?: StoredFile): JsonText {
  const body = file === undefined ? bodyText(answer, read) : JSON.stringify(file)
  return `{"status":${answer.status},"headers":${JSON.stringify(headersFrom(answer.headers))},"body":${body}}`
}

/** By name in lower case; repeated ones joined as HTTP allows, but for cookies, which it does not. */
function headersFrom(list: [name: string, value: string][]): { [name: string]: string | string[] } {
  const names = new Set(list.map(([name]) => name.toLowerCase()))
  return Object.fromEntries(
    [...names].map((wanted) => {
      const values = list.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
      return [wanted, wanted === 'set-cookie' ? values : values.join(', ')]
    }),
  )
}

function bodyText(answer: Answer, read: 'auto' | 'json' | 'text'): JsonText {
  if (answer.body.length === 0) return 'null'
  const contentType = contentTypeOf(answer.headers)
  const isJson = /^application\/(?:[^;]*\+)?json\b/i.test(contentType)
  if (read === 'text') return JSON.stringify(decode(answer.body, contentType))
  if (read === 'auto' && !isJson) return JSON.stringify(decode(answer.body, contentType))

  const text = decode(answer.body, contentType)
  if (!isValidJson(text)) {
    if (read === 'auto') return JSON.stringify(text)
    throw new AppError(
      'action_failed',
      `The answer with status ${answer.status} is not valid JSON; read it as text to see what came.`,
      { status: answer.status },
    )
  }
  if (jsonDepth(text, maxDepth) > maxDepth)
    throw new AppError('too_deep', `The answer's JSON is nested more than ${maxDepth} levels deep.`)
  return text
}

/** Whether an answer is neither JSON nor text: a picture squeezed into text would be neither. */
export function isNoText({ headers, body }: Pick<Answer, 'headers' | 'body'>): boolean {
  try {
    decode(body, contentTypeOf(headers), true)
    return false
  } catch {
    return true
  }
}

function contentTypeOf(headers: Answer['headers']): string {
  return headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
}

function decode(body: Uint8Array, contentType: string, fatal = false): string {
  const label = /charset="?([\w.:-]+)/i.exec(contentType)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(label, { fatal }).decode(body)
  } catch (error) {
    if (error instanceof RangeError) return new TextDecoder('utf-8', { fatal }).decode(body) // a character set nobody knows
    throw error
  }
}

function isValidJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
