import { createHash, createHmac, randomBytes } from 'node:crypto'

/** What the prelude may ask and get at once: pure functions of its arguments and chance, nothing of this machine. */
export function answer(kind: string, a: string, b: string, c: string): string {
  switch (kind) {
    case 'random':
      return randomBytes(Math.min(Number(a) || 0, 65_536)).toString('latin1')
    case 'digest':
      return createHash(a.replace('-', '')).update(b, 'latin1').digest().toString('latin1')
    case 'hmac':
      return createHmac(a.replace('-', ''), Buffer.from(b, 'latin1')).update(c, 'latin1').digest().toString('latin1')
    case 'url':
      return url(a, b, c)
    case 'encoding':
      return encodingOf(a)
    case 'decode':
      return new TextDecoder(a, { fatal: b === 'fatal' }).decode(Buffer.from(c, 'latin1'))
    default:
      throw new Error('No such question')
  }
}

function url(address: string, name: string, value: string): string {
  const [href, base]: string[] = JSON.parse(address)
  if (href === undefined || !URL.canParse(href, base)) return ''
  const found = new URL(href, base)
  const { origin } = found
  const parts = {
    href: '',
    protocol: '',
    username: '',
    password: '',
    host: '',
    hostname: '',
    port: '',
    pathname: '',
    search: '',
    hash: '',
  }
  if (name === 'href' && !URL.canParse(value)) return ''
  if (name in parts) Reflect.set(found, name, value)
  for (const part of Object.keys(parts)) Reflect.set(parts, part, Reflect.get(found, part))
  return JSON.stringify({ ...parts, origin: name === '' ? origin : found.origin })
}

function encodingOf(label: string): string {
  try {
    return new TextDecoder(label).encoding
  } catch (error) {
    if (error instanceof RangeError) return ''
    throw error
  }
}
