import { bytesOf, latin1FromBytes, textFromUtf8, utf8FromText } from './bytes.ts'
import { host } from './host.ts'

export function makeTextEncoder(): unknown {
  return class TextEncoder {
    get encoding() {
      return 'utf-8'
    }
    encode(text: unknown = '') {
      return utf8FromText(String(text))
    }
    encodeInto(text: unknown, target: Uint8Array) {
      let read = 0
      let written = 0
      for (const character of String(text)) {
        const bytes = utf8FromText(character)
        if (written + bytes.length > target.length) break
        target.set(bytes, written)
        written += bytes.length
        read += character.length
      }
      return { read, written }
    }
  }
}

export function makeTextDecoder(): unknown {
  return class TextDecoder {
    readonly encoding: string
    readonly fatal: boolean
    readonly ignoreBOM: boolean
    #held: number[] = []
    constructor(label: unknown = 'utf-8', options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
      const name = String(label).trim().toLowerCase()
      this.encoding = name === 'utf8' || name === 'utf-8' ? 'utf-8' : host.ask('encoding', name, '', '')
      if (this.encoding === '') throw new RangeError(`The encoding ${name} is not known`)
      this.fatal = options.fatal === true
      this.ignoreBOM = options.ignoreBOM === true
    }
    decode(input?: unknown, options: { stream?: boolean } = {}) {
      const given = input === undefined ? new Uint8Array() : bytesOf(input)
      if (given === undefined) throw new TypeError('decode takes a buffer or a view of one')
      let bytes = given
      if (this.#held.length > 0) bytes = new Uint8Array([...this.#held, ...given])
      this.#held = []
      if (this.encoding !== 'utf-8') return host.ask('decode', this.encoding, this.fatal ? 'fatal' : '', latin1FromBytes(bytes))
      if (options.stream === true) {
        const cut = bytes.length - unfinishedTail(bytes)
        this.#held = [...bytes.subarray(cut)]
        bytes = bytes.subarray(0, cut)
      }
      const text = textFromUtf8(bytes, this.fatal)
      return !this.ignoreBOM && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
    }
  }
}

/** How many bytes at the end begin a character that is not finished yet. */
function unfinishedTail(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0
    if (byte < 0x80) return 0
  }
  return 0
}
