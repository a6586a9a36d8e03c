import type { IncomingMessage } from 'node:http'
import { AppError } from '#shared/errors.ts'
import type { FormField } from '#shared/form-field.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { ReadAnswers } from '#shared/read-answers.ts'
import { type FileWithBytes, newFile } from '../files/new-file.ts'
import { readMultipart, readUrlEncoded } from '../http/form-body.ts'
import { parseStrictJson } from '../http/strict-json.ts'
import { strictText } from '../http/strict-text.ts'
import { nameOfField } from '#shared/pages/field-html.ts'

/** What was sent to a form, by a page or by a program. */
export interface FormPost {
  /** A program's: it is answered in its own way. */
  isJson: boolean
  given: { [id: string]: unknown }
  token: string | undefined
  /** The fields that were on the page; undefined when it wasn't one of ours. */
  seen: ReadonlySet<string> | undefined
  /** The bytes of the files that came along, by the field they are the answer to. */
  files: Map<string, FileWithBytes>
  /** What stood in the field that nobody sees. */
  trap: string
}

export const ownNames = { token: 'hf-token', seen: 'hf-seen', trap: 'hf-website' }

/** Reads what a page or a program sent. Fields are called as on our pages, or by their ids alone. */
export async function readFormPost(
  req: IncomingMessage,
  bytes: Buffer,
  fields: readonly FormField[],
  maxDepth: number,
): Promise<FormPost> {
  const header = req.headers['content-type'] ?? ''
  const type = header.split(';')[0]?.trim().toLowerCase() ?? ''
  if (type === 'application/json') {
    const given = parseStrictJson(strictText(bytes), maxDepth)
    if (!isJsonObject(given)) throw new AppError('invalid_request', 'Send the answers as an object, by the ids of the fields.')
    return { isJson: true, given, token: undefined, seen: undefined, files: new Map(), trap: '' }
  }
  if (type === 'application/x-www-form-urlencoded') return fromPairs(readUrlEncoded(bytes), fields)
  if (type === 'multipart/form-data') return fromPairs(await readMultipart(bytes, header), fields)
  throw new AppError('unsupported_media_type', 'Send the form as a web page does, or the answers as JSON.')
}

type Sent = ReturnType<FormData['get']>
interface Pairs {
  has(name: string): boolean
  get(name: string): Sent
  getAll(name: string): Sent[]
}

async function fromPairs(form: Pairs, fields: readonly FormField[]): Promise<FormPost> {
  const given: { [id: string]: unknown } = {}
  const files: FormPost['files'] = new Map()
  for (const { id, type } of fields) {
    const name = form.has(nameOfField(id)) ? nameOfField(id) : id
    if (type === 'file') {
      const sent = await fileIn(form.get(name))
      if (sent) files.set(id, sent)
      given[id] = sent?.file
    } else if (type === 'choices') given[id] = form.getAll(name)
    else if (form.has(name)) given[id] = form.get(name)
  }
  const seen = textOf(form.get(ownNames.seen))
  return {
    isJson: false,
    given,
    token: textOf(form.get(ownNames.token)),
    seen: seen === undefined ? undefined : new Set(seen.split(' ')),
    files,
    trap: textOf(form.get(ownNames.trap)) ?? '',
  }
}

/** The files that are answers: of a field that was not asked for the one that came along is none. */
export function filesOf({ files }: FormPost, { answers }: ReadAnswers): FileWithBytes[] {
  return [...files].filter(([id]) => isJsonObject(answers[id])).map(([, sent]) => sent)
}

function textOf(value: Sent): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** What a field was given from somebody's disk; a browser sends a nameless nothing where no file was chosen. */
async function fileIn(value: Sent): Promise<FileWithBytes | undefined> {
  if (value === null || typeof value === 'string' || (value.name === '' && value.size === 0)) return undefined
  return newFile(value.name, value.type, Buffer.from(await value.arrayBuffer()))
}
