import {
  base64FromLatin1,
  base64UrlOf,
  bytesFromLatin1,
  bytesOf,
  latin1FromBase64,
  latin1FromBytes,
  textFromUtf8,
  utf8FromText,
} from './bytes.ts'

/** A small Buffer: bytes with the encodings people use it for. */
export function makeBuffer(): unknown {
  class Buffer extends Uint8Array {
    static override from(value: unknown, encoding?: unknown, length?: unknown): Buffer {
      if (typeof value === 'string') return own(encoded(value, String(encoding ?? 'utf8')))
      if (value instanceof ArrayBuffer)
        return new Buffer(value, encoding === undefined ? 0 : Number(encoding), length === undefined ? undefined : Number(length))
      const bytes = bytesOf(value)
      if (bytes !== undefined) return own(bytes.slice())
      if (typeof value === 'object' && value !== null) {
        if ('type' in value && value.type === 'Buffer' && 'data' in value && Array.isArray(value.data))
          return own(Uint8Array.from(value.data))
        return own(Uint8Array.from(Array.from(value as ArrayLike<number>)))
      }
      throw new TypeError('Buffer.from takes text, bytes or a list of numbers')
    }
    static alloc(size: number, fill?: unknown, encoding?: unknown) {
      const made = new Buffer(size)
      return fill === undefined ? made : made.fill(fill, encoding)
    }
    static allocUnsafe(size: number) {
      return new Buffer(size)
    }
    static isBuffer(value: unknown) {
      return value instanceof Buffer
    }
    static byteLength(value: unknown, encoding?: unknown) {
      return typeof value === 'string' ? encoded(value, String(encoding ?? 'utf8')).length : (bytesOf(value)?.length ?? 0)
    }
    static concat(list: Uint8Array[], total = list.reduce((sum, part) => sum + part.length, 0)) {
      const made = new Buffer(total)
      let at = 0
      for (const part of list) {
        made.set(part.subarray(0, Math.max(0, total - at)), at)
        at += part.length
      }
      return made
    }
    static compare(a: Uint8Array, b: Uint8Array) {
      const length = Math.min(a.length, b.length)
      for (let i = 0; i < length; i++) if (a[i] !== b[i]) return (a[i] ?? 0) < (b[i] ?? 0) ? -1 : 1
      return Math.sign(a.length - b.length)
    }
    equals(other: Uint8Array) {
      return Buffer.compare(this, other) === 0
    }
    compare(other: Uint8Array) {
      return Buffer.compare(this, other)
    }
    override fill(value: unknown, encoding?: unknown): this {
      if (typeof value !== 'string') return super.fill(Number(value))
      const pattern = encoded(value, String(encoding ?? 'utf8'))
      for (let i = 0; i < this.length && pattern.length > 0; i++) this[i] = pattern[i % pattern.length] ?? 0
      return this
    }
    override slice(start?: number, end?: number): Buffer {
      return this.subarray(start, end)
    }
    override subarray(start?: number, end?: number): Buffer {
      const part = super.subarray(start, end)
      return new Buffer(part.buffer, part.byteOffset, part.length)
    }
    write(text: string, offset = 0) {
      const bytes = utf8FromText(text).subarray(0, Math.max(0, this.length - offset))
      this.set(bytes, offset)
      return bytes.length
    }
    override toString(encoding?: unknown, start = 0, end = this.length) {
      return decoded(super.subarray(start, end), String(encoding ?? 'utf8'))
    }
    toJSON() {
      return { type: 'Buffer', data: Array.from(this) }
    }
  }
  const own = (bytes: Uint8Array) => new Buffer(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length)
  return Buffer
}

function encoded(text: string, encoding: string): Uint8Array {
  switch (encoding.toLowerCase()) {
    case 'utf8':
    case 'utf-8':
      return utf8FromText(text)
    case 'hex':
      return bytesFromLatin1(
        text.replace(/([0-9a-f]{2})|[^]+/gi, (_, pair) =>
          typeof pair === 'string' ? String.fromCharCode(Number.parseInt(pair, 16)) : '',
        ),
      )
    case 'base64':
    case 'base64url':
      return bytesFromLatin1(latin1FromBase64(text) ?? '')
    case 'latin1':
    case 'binary':
    case 'ascii':
      return bytesFromLatin1(text)
    default:
      throw new TypeError(`The encoding ${encoding.slice(0, 50)} is not known`)
  }
}

function decoded(bytes: Uint8Array, encoding: string): string {
  switch (encoding.toLowerCase()) {
    case 'utf8':
    case 'utf-8':
      return textFromUtf8(bytes)
    case 'hex':
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
    case 'base64':
      return base64FromLatin1(latin1FromBytes(bytes))
    case 'base64url':
      return base64UrlOf(latin1FromBytes(bytes))
    case 'latin1':
    case 'binary':
      return latin1FromBytes(bytes)
    case 'ascii':
      return latin1FromBytes(Uint8Array.from(bytes, (byte) => byte & 127))
    default:
      throw new TypeError(`The encoding ${encoding.slice(0, 50)} is not known`)
  }
}
