import type { Pool } from 'pg'
import type { FindEgressAllow } from '#engine/index.ts'
import { findEgressAllow } from '../db/find-egress-allow.ts'

/** How long an answer is believed while changes made by other processes can't be heard. */
const deafForMs = 1000

export interface EgressDirectory {
  /** The hosts a workspace's calls are narrowed to; at once, without the database, when it is known. */
  find: FindEgressAllow
  /** Forgets everything: some workspace allows something else now. */
  forget(): void
}

/** Remembers where workspaces may call, so that a call to the outside costs no look-up of its own. */
export function createEgressDirectory(options: { pool: Pool; isHearing: () => boolean }): EgressDirectory {
  const known = new Map<string, { allow: readonly string[] | undefined; at: number }>()
  let generation = 0

  async function lookUp(workspaceId: string): Promise<readonly string[] | undefined> {
    const asked = generation
    const allow = (await findEgressAllow(options.pool, workspaceId)) ?? undefined
    // What was read before a change must not be remembered after it.
    if (asked === generation) known.set(workspaceId, { allow, at: performance.now() })
    return allow
  }

  return {
    find(workspaceId) {
      const entry = known.get(workspaceId)
      if (entry !== undefined && (options.isHearing() || performance.now() - entry.at < deafForMs)) return entry.allow
      return lookUp(workspaceId)
    },
    forget() {
      generation++
      known.clear()
    },
  }
}
