/**
 * Ids are strings with a prefix, so a wrong one is legible in a log, and a brand, so it is a type error.
 * They sort by the time they were made: 48 bits of milliseconds, then 80 random bits, in Crockford's base 32.
 */
export const idPrefixes = {
  flow: 'flow',
  run: 'run',
  request: 'req',
  workspace: 'ws',
  user: 'user',
  session: 'sess',
  apiKey: 'key',
  wait: 'wait',
  worker: 'worker',
  bulk: 'bulk',
  file: 'file',
  event: 'evt',
  approval: 'appr',
  package: 'pkg',
} as const

export type IdKind = keyof typeof idPrefixes
type Branded<K extends IdKind> = string & { readonly __id?: K }
export type FlowId = Branded<'flow'>
export type RunId = Branded<'run'>
export type RequestId = Branded<'request'>
export type WorkspaceId = Branded<'workspace'>
export type UserId = Branded<'user'>
export type ApiKeyId = Branded<'apiKey'>
export type WorkerId = Branded<'worker'>

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

const places: ReadonlyMap<string, number> = new Map(Array.from(alphabet, (letter, place) => [letter, place]))

/** When an id was made; undefined for a text that is no id. */
export function timeOfId(id: string): number | undefined {
  const start = id.indexOf('_') + 1
  if (start === 0 || id.length < start + 10) return undefined
  let timeMs = 0
  for (const letter of id.slice(start, start + 10)) {
    const place = places.get(letter)
    if (place === undefined) return undefined
    timeMs = timeMs * 32 + place
  }
  return timeMs
}

/**
 * Builds an id from the moment it is made and 10 random bytes. Pure: time and randomness come from the caller.
 */
export function idFrom<K extends IdKind>(kind: K, timeMs: number, random: Uint8Array): Branded<K> {
  let text = ''
  for (let rest = timeMs, i = 0; i < 10; i++) {
    text = (alphabet[rest % 32] ?? '') + text
    rest = Math.floor(rest / 32)
  }
  let bits = 0
  let held = 0
  for (const byte of random.subarray(0, 10)) {
    bits = (bits << 8) | byte
    held += 8
    while (held >= 5) {
      held -= 5
      text += alphabet[(bits >> held) & 31] ?? ''
      bits &= (1 << held) - 1
    }
  }
  return `${idPrefixes[kind]}_${text}` as Branded<K>
}
