import { createHash } from 'node:crypto'
import { z } from 'zod'
import { CommandError, exitCodes } from './command-error.ts'
import { flowFile, tidyFlowText } from './flow-files.ts'
import type { Folder } from './folder.ts'

export const stateFile = '.holdfast.json'

/** Files that a pull may write and remove; no others, whatever a server or a folder says. */
export const ourFiles =
  /^(?:flow\.json|tsconfig\.json|vars\.json|package\.json|\.gitattributes|\.gitignore|\.prettierrc|\.prettierignore|steps\/[A-Za-z0-9_-]+\.ts|samples\/[A-Za-z0-9_-]+\.json|types\/[A-Za-z0-9_-]+(?:\.d)?\.ts)$/

/** What a folder remembers of the last pull or push. Holds no secret, so that it can be committed. */
const FolderState = z.strictObject({
  url: z.string(),
  flow: z.string(),
  revision: z.number().int(),
  /** What each file of ours held then, by checksum: what differs now was changed here. */
  files: z.record(z.string().regex(ourFiles), z.string()),
})
export type FolderState = z.infer<typeof FolderState>

/** What the folder remembers; undefined when no flow was ever pulled into it. */
export async function readFolderState(folder: Folder): Promise<FolderState | undefined> {
  const text = await folder.read(stateFile)
  if (text === undefined) return undefined
  try {
    return FolderState.parse(JSON.parse(text))
  } catch (cause) {
    throw new CommandError(
      exitCodes.usage,
      `${folder.dir}/${stateFile} can't be read; is it half merged? Take one side of it, or delete it and pull the flow again: files that differ are not overwritten.`,
      cause,
    )
  }
}

export async function writeFolderState(folder: Folder, state: FolderState): Promise<void> {
  const files = Object.fromEntries(Object.entries(state.files).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  await folder.write(stateFile, `${JSON.stringify({ ...state, files }, null, 2)}\n`)
}

/** The same for two texts of a file that mean the same: `flow.json` may be written in any form. */
export function checksum(path: string, text: string): string {
  const meant = path === flowFile ? (tidyFlowText(text) ?? text) : text
  return createHash('sha256').update(meant).digest('hex')
}
