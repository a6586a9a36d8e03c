/** Bytes as text and back. Between isolate and runner, bytes travel as strings of one character a byte. */
const chunk = 8192

export function latin1FromBytes(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += chunk) text += Reflect.apply(String.fromCharCode, null, bytes.subarray(i, i + chunk))
  return text
}

export function bytesFromLatin1(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

export function utf8FromText(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * 3)
  let at = 0
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i)
    if (code < 0x80) {
      bytes[at++] = code
      continue
    }
    if (code < 0x800) {
      bytes[at++] = 0xc0 | (code >> 6)
      bytes[at++] = 0x80 | (code & 63)
      continue
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      const low = code < 0xdc00 ? text.charCodeAt(i + 1) : 0
      if (low >= 0xdc00 && low <= 0xdfff) {
        i++
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
        bytes[at++] = 0xf0 | (code >> 18)
        bytes[at++] = 0x80 | ((code >> 12) & 63)
        bytes[at++] = 0x80 | ((code >> 6) & 63)
        bytes[at++] = 0x80 | (code & 63)
        continue
      }
      code = 0xfffd
    }
    bytes[at++] = 0xe0 | (code >> 12)
    bytes[at++] = 0x80 | ((code >> 6) & 63)
    bytes[at++] = 0x80 | (code & 63)
  }
  return bytes.slice(0, at)
}

/** Decodes UTF-8 as the Encoding Standard says: each ill-formed part becomes one U+FFFD, or an error when `fatal`. */
export function textFromUtf8(bytes: Uint8Array, fatal = false): string {
  let text = ''
  let units: number[] = []
  let i = 0
  const bad = () => {
    if (fatal) throw new TypeError('The encoded data was not valid for encoding utf-8')
    units.push(0xfffd)
  }
  while (i < bytes.length) {
    if (units.length >= chunk) {
      text += Reflect.apply(String.fromCharCode, null, units)
      units = []
    }
    const first = bytes[i++] ?? 0
    if (first < 0x80) {
      units.push(first)
      continue
    }
    const more = first >= 0xc2 && first <= 0xdf ? 1 : first >= 0xe0 && first <= 0xef ? 2 : first >= 0xf0 && first <= 0xf4 ? 3 : 0
    if (more === 0) {
      bad()
      continue
    }
    let code = first & (0x3f >> more)
    let lower = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
    let upper = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
    let seen = 0
    while (seen < more) {
      const next = bytes[i]
      if (next === undefined || next < lower || next > upper) break
      code = (code << 6) | (next & 63)
      lower = 0x80
      upper = 0xbf
      seen++
      i++
    }
    if (seen < more) bad()
    else if (code > 0xffff) units.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff))
    else units.push(code)
  }
  return text + Reflect.apply(String.fromCharCode, null, units)
}

/** The bytes of a buffer or a view of one, not copied; undefined for anything else. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  return undefined
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function base64FromLatin1(text: string): string {
  let out = ''
  for (let i = 0; i < text.length; i += 3) {
    const bits = (text.charCodeAt(i) << 16) | ((text.charCodeAt(i + 1) || 0) << 8) | (text.charCodeAt(i + 2) || 0)
    out += (alphabet[bits >> 18] ?? '') + (alphabet[(bits >> 12) & 63] ?? '')
    out += i + 1 < text.length ? (alphabet[(bits >> 6) & 63] ?? '') : '='
    out += i + 2 < text.length ? (alphabet[bits & 63] ?? '') : '='
  }
  return out
}

/** As it stands in addresses. */
export function base64UrlOf(text: string): string {
  return base64FromLatin1(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Reads both alphabets of base64, with or without its `=`; undefined when the text is neither. */
export function latin1FromBase64(text: string): string | undefined {
  const plain = text
    .replace(/[\t\n\f\r ]+/g, '')
    .replace(/={0,2}$/, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/')
  if (plain.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(plain)) return undefined
  let out = ''
  let bits = 0
  let held = 0
  for (let i = 0; i < plain.length; i++) {
    bits = ((bits << 6) | alphabet.indexOf(plain.charAt(i))) & 0xffffff
    held += 6
    if (held < 8) continue
    held -= 8
    out += String.fromCharCode((bits >> held) & 255)
  }
  return out
}
