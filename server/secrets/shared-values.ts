import type { Pool } from 'pg'
import type { JsonText } from '#shared/json.ts'
import { readVariables } from '../db/read-variables.ts'

/** How long an answer is believed while changes made by other processes can't be heard. */
const deafForMs = 1000
const mostWorkspaces = 10_000

export interface SharedValues {
  /** `vars` of a workspace; at once, without the database, when it is known. */
  find(workspaceId: string): JsonText | Promise<JsonText>
  forget(): void
}

/** Remembers the shared values of workspaces, so that a start costs no look-up of its own. */
export function createSharedValues(options: { pool: Pool; isHearing: () => boolean }): SharedValues {
  const known = new Map<string, { text: JsonText; at: number }>()
  let generation = 0

  async function lookUp(workspaceId: string): Promise<JsonText> {
    const asked = generation
    const text = await readVariables(options.pool, workspaceId)
    // What was read before a change must not be remembered after it.
    if (asked !== generation) return text
    if (known.size >= mostWorkspaces) known.clear()
    known.set(workspaceId, { text, at: performance.now() })
    return text
  }

  return {
    find(workspaceId) {
      const entry = known.get(workspaceId)
      if (entry !== undefined && (options.isHearing() || performance.now() - entry.at < deafForMs)) return entry.text
      return lookUp(workspaceId)
    },
    forget() {
      generation++
      known.clear()
    },
  }
}
