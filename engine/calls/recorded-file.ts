import { z } from 'zod'
import type { JsonText } from '#shared/json.ts'
import type { ActionFiles, CallOutcome, FileContent } from '../ports.ts'

/** As much of a file as code may be given, or give, at once. */
export const mostFileBytesInCode = 10 * 1024 * 1024

const Read = z.object({ file: z.string().max(100) })
const Save = z.object({ name: z.string().max(255), type: z.string() })

/** The id of a file that code asked for: of its bytes no record is kept, and a replay opens it again. */
export function fileIdIn(text: JsonText): string {
  return Read.parse(JSON.parse(text)).file
}

export function textFromFileId(id: string): JsonText {
  return JSON.stringify({ file: id })
}

/** The bytes of a file, as they are handed to code. */
export async function outcomeFromFile(files: ActionFiles, id: string): Promise<CallOutcome> {
  const { content, ...named } = await files.open(id, mostFileBytesInCode)
  return { ok: true, reply: headOfFile(named), body: content }
}

/** What a file is called goes where headers of an answer do. */
export function headOfFile({ name, type }: Omit<FileContent, 'content'>) {
  const headers: [string, string][] = [
    ['name', name],
    ['type', type],
  ]
  return { url: '', status: 200, statusText: '', headers, redirected: false }
}

/** Keeps what code gives as a file; gives what stands for it in data. */
export async function saveFileOf(files: ActionFiles, options: JsonText, body: Uint8Array): Promise<JsonText> {
  return JSON.stringify(await files.keep({ ...Save.parse(JSON.parse(options)), content: body }))
}
