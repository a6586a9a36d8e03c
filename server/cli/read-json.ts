import type { JsonText } from '#shared/json.ts'
import { CommandError, exitCodes } from './command-error.ts'
import type { Folder } from './folder.ts'

/** A file that must be JSON, as it is written; undefined when there is none. */
export async function readJson(folder: Folder, path: string): Promise<JsonText | undefined> {
  const text = await folder.read(path)
  if (text === undefined) return undefined
  try {
    JSON.parse(text)
  } catch (cause) {
    throw new CommandError(exitCodes.usage, `${path} is not JSON: ${cause instanceof Error ? cause.message : ''}`, cause)
  }
  return text.trim()
}
