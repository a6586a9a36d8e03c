import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'
import type { EgressFetch, EgressRule, Log } from '#engine/index.ts'
import { isAppError } from '#shared/errors.ts'
import { bodyObject } from './body-object.ts'

/** Keys that are published at addresses. */
export interface KeySets {
  /**
   * The keys published at an address, or why there are none. A set that `mayBeOld` is used for ten minutes; another for
   * half a minute. Whose calls are narrowed gets only what they may ask for themselves, redirects and all.
   */
  find(url: string, mayBeOld: boolean, allow: readonly EgressRule[]): Promise<JSONWebKeySet | NoKeys>
}

/** The same for one flow. */
export type FindKeys = (url: string, mayBeOld: boolean) => ReturnType<KeySets['find']>

type NoKeys = 'keys_unavailable' | 'keys_not_allowed'

const oldAfterMs = 10 * 60_000
/** How often strangers with tokens of unknown keys can make us ask. */
const pauseMs = 30_000
const mostBytes = 256 * 1024
const patienceMs = 5_000
const mostSets = 1_000

const Keys = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) })

const KeyText = z.union([Keys, z.looseObject({ kty: z.string() }).transform((key) => ({ keys: [key] }))])

/** The keys a text holds as JSON: one, a list or a set of them; undefined when it is anything else. */
export function keysIn(text: string): JSONWebKeySet | undefined {
  const isList = text.trimStart().startsWith('[')
  if (!isList && !text.trimStart().startsWith('{')) return undefined
  return KeyText.safeParse(bodyObject(Buffer.from(isList ? `{"keys":${text}}` : text))).data
}

interface Asked {
  at: number
  keys: Promise<JSONWebKeySet | NoKeys>
}

export function createKeySets({ fetch, log }: { fetch: EgressFetch; log: Log }): KeySets {
  const asked = new Map<string, Asked>()

  async function ask(url: string, allow: readonly EgressRule[]): Promise<JSONWebKeySet | NoKeys> {
    try {
      const { status, body } = await fetch({
        url,
        method: 'GET',
        headers: [['accept', 'application/jwk-set+json, application/json']],
        maxBytes: mostBytes,
        allow,
        signal: AbortSignal.timeout(patienceMs),
      })
      if (status !== 200) throw new Error(`It answered ${status}`)
      return Keys.parse(JSON.parse(Buffer.from(body).toString()))
    } catch (error) {
      log.warn({ err: error, url }, 'Keys for checking who sends requests could not be fetched')
      return allow.length > 0 && isAppError(error) && error.code === 'egress_denied' ? 'keys_not_allowed' : 'keys_unavailable'
    }
  }

  return {
    find(url, mayBeOld, allow) {
      const whose = JSON.stringify([url, allow])
      const before = asked.get(whose)
      const now = performance.now()
      if (before && now - before.at < (mayBeOld ? oldAfterMs : pauseMs)) return before.keys
      if (asked.size >= mostSets) asked.clear()
      const next: Asked = { at: now, keys: ask(url, allow) }
      asked.set(whose, next)
      // What failed is asked for again after the pause, and what was known until then goes on being used.
      next.keys = next.keys.then(async (keys) => {
        if (typeof keys === 'object') return keys
        next.at = now - oldAfterMs + pauseMs
        return keys === 'keys_not_allowed' ? keys : (before?.keys ?? keys)
      })
      return next.keys
    },
  }
}
