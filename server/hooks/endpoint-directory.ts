import type { Pool } from 'pg'
import { AppError } from '#shared/errors.ts'
import { findEndpoint, type FoundEndpoint } from '../db/find-endpoint.ts'
import { type Verifier, type VerifierMaker } from './verify/verifier.ts'
import { webhookDoor, type WebhookDoor } from './webhook-door.ts'
import { webhookParams, type WebhookParams } from './webhook-params.ts'

/** How long an answer is believed while changes made by other processes can't be heard. */
const deafForMs = 1000
/** Paths that were asked for and don't exist are remembered too; strangers can ask for many, in place of each other only. */
const mostPaths = 10_000

/** Different paths looked up at one time: few for the database, more than come together unless somebody tries them all. */
const mostAtOnce = 1000

/** When something was learnt that must be asked for again. */
const forgotten = -1

type Checked = { verifier: Verifier | undefined; door: WebhookDoor }
type Live = Extract<FoundEndpoint, { state: 'live' }> & Checked & { rules: WebhookParams }
type NotLive = Exclude<FoundEndpoint, { state: 'live' }> & Checked
/** Where requests to a path go. */
export type Endpoint = Live | NotLive
export type LiveEndpoint = Live

export interface EndpointDirectory {
  /** Where a path leads; at once, without the database, when it is known. */
  find(path: string): Endpoint | undefined | Promise<Endpoint | undefined>
  /** Whether a path is or was known to lead somewhere, or is known not to: whether asking for it is no guess. */
  isKnown(path: string): boolean
  /** Forgets everything: some path leads elsewhere now. */
  forget(): void
}

/** Remembers where paths lead, so that a request from outside costs no look-up of its own. */
export function createEndpointDirectory(options: {
  pool: Pool
  isHearing: () => boolean
  makeVerifier: VerifierMaker
}): EndpointDirectory {
  const known = new Map<string, { endpoint: Endpoint; at: number }>()
  const missing = new Map<string, number>()
  /** Look-ups under way: whoever asks for the same path meanwhile waits for the same answer. */
  let asking = new Map<string, Promise<Endpoint | undefined>>()
  let generation = 0

  function ask(path: string): Promise<Endpoint | undefined> {
    const under = asking.get(path)
    if (under) return under
    if (asking.size >= mostAtOnce)
      throw new AppError('not_ready', 'Too many addresses are looked up at once. Send it again later.')
    const mine = asking
    const answer = lookUp(path).finally(() => mine.delete(path))
    asking.set(path, answer)
    return answer
  }

  async function lookUp(path: string): Promise<Endpoint | undefined> {
    const asked = generation
    const found = await findEndpoint(options.pool, path)
    const endpoint = found && endpointFrom(found)
    // What was read before a change must not be remembered after it.
    if (asked !== generation) return endpoint
    if (endpoint === undefined) {
      known.delete(path)
      remember(missing, path, performance.now())
    } else {
      missing.delete(path)
      remember(known, path, { endpoint, at: performance.now() })
    }
    return endpoint
  }

  function isStillTrue(at: number): boolean {
    return at !== forgotten && (options.isHearing() || performance.now() - at < deafForMs)
  }

  function endpointFrom(found: FoundEndpoint): Endpoint {
    const verify = found.params['verify'] ?? null
    const verifier = verify === null ? undefined : options.makeVerifier(found, verify)
    const checked = { verifier, door: webhookDoor(found.params) }
    return found.state === 'live' ? { ...found, ...checked, rules: webhookParams(found.params) } : { ...found, ...checked }
  }

  return {
    find(path) {
      const entry = known.get(path)
      const at = entry?.at ?? missing.get(path)
      if (at !== undefined && isStillTrue(at)) return entry?.endpoint
      return ask(path)
    },
    isKnown: (path) => known.has(path) || missing.has(path),
    forget() {
      generation++
      asking = new Map()
      missing.clear()
      for (const entry of known.values()) entry.at = forgotten
    },
  }
}

function remember<T>(paths: Map<string, T>, path: string, found: T): void {
  if (paths.size >= mostPaths) paths.clear()
  paths.set(path, found)
}
