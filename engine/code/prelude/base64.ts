import { base64FromLatin1, latin1FromBase64 } from './bytes.ts'

export function installBase64(): void {
  const functions = {
    btoa: (text: unknown) => {
      const plain = String(text)
      if (/[^\0-\xff]/.test(plain)) throw new Error('btoa takes characters up to U+00FF only; encode the text first')
      return base64FromLatin1(plain)
    },
    atob: (text: unknown) => {
      const plain = /[-_]/.test(String(text)) ? undefined : latin1FromBase64(String(text))
      if (plain === undefined) throw new Error('The text is not base64')
      return plain
    },
  }
  for (const [name, value] of Object.entries(functions))
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false })
}
