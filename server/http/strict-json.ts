import { AppError } from '#shared/errors.ts'
import type { Json } from '#shared/json.ts'
import { jsonDepth } from '#shared/json-text.ts'

/**
 * Parses JSON text, refusing what could not be written back: nesting beyond `maxDepth` is `too_deep` (looked for
 * first, before any parser recurses), anything else that doesn't parse is `invalid_json`.
 */
export function parseStrictJson(text: string, maxDepth: number): Json {
  if (jsonDepth(text, maxDepth) > maxDepth)
    throw new AppError(
      'too_deep',
      `The body is nested more than ${maxDepth} levels deep, which is this server's limit (HOLDFAST_LIMIT_JSON_DEPTH).`,
    )
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch (cause) {
    throw new AppError(
      'invalid_json',
      text.trim() === '' ? 'The body is empty; JSON was expected.' : 'The body is not valid JSON, or it was cut off.',
      { cause },
    )
  }
}

/** Throws `invalid_request` when a key `__proto__` is anywhere in it; for documents, which programs merge and copy. */
export function refuseProto(text: string, value: unknown): void {
  // A key could also be written with \u escapes, so those texts are walked too.
  if (!text.includes('__proto__') && !/\\u005f/i.test(text)) return
  const open = [value]
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    if (typeof item !== 'object' || item === null) continue
    if (Object.hasOwn(item, '__proto__')) throw new AppError('invalid_request', 'The key "__proto__" is not allowed here.')
    for (const child of Object.values(item)) if (typeof child === 'object' && child !== null) open.push(child)
  }
}
