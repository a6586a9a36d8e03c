import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import { knownSenders, type WebhookVerify } from '#shared/webhook-verify.ts'

export type Preset = WebhookVerify['preset']

export const presets: readonly Preset[] = [...knownSenders, 'header', 'basic', 'jwt', 'hmac']

/** A check as it is drawn: of a known kind, with nothing in it that the form would not show; it may not be complete yet. */
export interface DrawnVerify {
  preset: Preset
  fields: { [name: string]: Json }
}

/** What there is to fill in beside the secret, and of what kind it is. */
const ownFields: { readonly [preset in Preset]?: { readonly [name: string]: 'string' | 'number' } } = {
  hmac: {
    algorithm: 'string',
    header: 'string',
    encoding: 'string',
    prefix: 'string',
    timestampHeader: 'string',
    toleranceSeconds: 'number',
  },
  header: { header: 'string' },
  basic: { user: 'string' },
  jwt: { jwksUrl: 'string', audience: 'string', issuer: 'string' },
}

/** A new check of each kind begins with these. */
const beginnings: { readonly [preset in Preset]?: { readonly [name: string]: Json } } = {
  hmac: { algorithm: 'sha256', header: 'X-Signature', encoding: 'hex' },
  header: { header: 'X-Api-Key' },
  basic: { user: '' },
}

/** A stored check as it can be drawn; undefined when there is something in it that the form would not show. */
export function readVerify(value: Json | undefined): DrawnVerify | undefined {
  if (!isJsonObject(value)) return undefined
  const { preset: name, ...fields } = value
  const preset = presets.find((known) => known === name)
  if (preset === undefined) return undefined
  const own = ownFields[preset] ?? {}
  const isShown = ([field, content]: [string, Json]) =>
    field === 'secret' ? areSecrets(content) : Object.hasOwn(own, field) && typeof content === own[field]
  return Object.entries(fields).every(isShown) ? { preset, fields } : undefined
}

export function writeVerify({ preset, fields }: DrawnVerify): Json {
  return { preset, ...fields }
}

/** The same with one thing changed; undefined takes it away. */
export function withField(verify: DrawnVerify, name: string, value: Json | undefined): DrawnVerify {
  const { [name]: _before, ...rest } = verify.fields
  return { ...verify, fields: value === undefined ? rest : { ...rest, [name]: value } }
}

/** Another kind of check: the secret goes along, what only the kind before knew stays behind. */
export function withPreset(before: DrawnVerify | undefined, preset: Preset): DrawnVerify {
  const secret = before?.fields['secret']
  return { preset, fields: { ...beginnings[preset], ...(secret === undefined ? {} : { secret }) } }
}

/** The secrets by name: the one that counts, and another that counts as well while it is changed. */
export function secretsIn({ fields: { secret } }: DrawnVerify): { first: string; second: string | undefined } {
  const [first = '', second] = Array.isArray(secret) ? secret.filter((one) => typeof one === 'string') : [textIn(secret)]
  return { first, second }
}

export function withSecrets(verify: DrawnVerify, first: string, second: string | undefined): DrawnVerify {
  const names = [first, second ?? ''].filter((name) => name !== '')
  return withField(verify, 'secret', names.length === 2 ? names : names[0])
}

export function textIn(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function areSecrets(value: Json): boolean {
  if (typeof value === 'string') return true
  return Array.isArray(value) && value.length > 0 && value.length <= 2 && value.every((one) => typeof one === 'string')
}
