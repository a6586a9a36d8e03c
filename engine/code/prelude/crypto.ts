import { bytesFromLatin1, bytesOf, latin1FromBytes } from './bytes.ts'
import { host } from './host.ts'

/** Random bytes, digests and HMAC, computed by the runner. */
export function makeCrypto(): unknown {
  const hashes = new Set(['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'])
  const keys = new WeakMap<object, { hash: string; bytes: string }>()

  const hashName = (algorithm: unknown) => {
    const named: unknown = typeof algorithm === 'object' && algorithm !== null ? Reflect.get(algorithm, 'name') : algorithm
    const name = String(named).toUpperCase()
    if (!hashes.has(name)) throw new Error(`The hash ${name.slice(0, 50)} is not available; use ${[...hashes].join(', ')}`)
    return name
  }
  const hmac = (key: unknown, data: unknown) => {
    const known = typeof key === 'object' && key !== null ? keys.get(key) : undefined
    if (known === undefined) throw new TypeError('The key is not one that importKey gave')
    return host.ask('hmac', known.hash, known.bytes, bytes(data))
  }

  const subtle = {
    digest: async (algorithm: unknown, data: unknown) =>
      bytesFromLatin1(host.ask('digest', hashName(algorithm), bytes(data), '')).buffer,
    importKey: async (format: unknown, key: unknown, algorithm: { name?: unknown; hash?: unknown }) => {
      if (format !== 'raw' || String(algorithm?.name).toUpperCase() !== 'HMAC')
        throw new Error('Only raw HMAC keys can be imported')
      const made = Object.freeze({
        type: 'secret',
        algorithm: Object.freeze({ name: 'HMAC', hash: { name: hashName(algorithm.hash) } }),
      })
      keys.set(made, { hash: hashName(algorithm.hash), bytes: bytes(key) })
      return made
    },
    sign: async (_algorithm: unknown, key: unknown, data: unknown) => bytesFromLatin1(hmac(key, data)).buffer,
    verify: async (_algorithm: unknown, key: unknown, signature: unknown, data: unknown) => {
      const expected = hmac(key, data)
      const given = bytes(signature)
      let difference = expected.length ^ given.length
      for (let i = 0; i < expected.length; i++) difference |= expected.charCodeAt(i) ^ given.charCodeAt(i)
      return difference === 0
    },
  }

  return {
    subtle,
    getRandomValues(view: unknown) {
      const target = bytesOf(view)
      if (target === undefined || view instanceof ArrayBuffer)
        throw new TypeError('getRandomValues takes a view such as Uint8Array')
      if (target.length > 65_536) throw new RangeError('getRandomValues gives at most 65536 bytes')
      target.set(random(target.length))
      return view
    },
    randomUUID() {
      const id = random(16)
      id[6] = ((id[6] ?? 0) & 0x0f) | 0x40
      id[8] = ((id[8] ?? 0) & 0x3f) | 0x80
      const hex = Array.from(id, (byte) => byte.toString(16).padStart(2, '0')).join('')
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
    },
  }
}

function bytes(value: unknown): string {
  const found = bytesOf(value)
  if (found === undefined) throw new TypeError('A buffer or a view of one is needed here')
  return latin1FromBytes(found)
}

function random(length: number): Uint8Array<ArrayBuffer> {
  return bytesFromLatin1(host.ask('random', String(length), '', ''))
}
