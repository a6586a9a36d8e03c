import { AppError } from '#shared/errors.ts'

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/** Bytes as text; throws `invalid_encoding` where `toString` would put replacement characters. A byte order mark is dropped. */
export function strictText(bytes: Uint8Array, what = 'body'): string {
  try {
    return strictUtf8.decode(bytes)
  } catch (cause) {
    throw new AppError('invalid_encoding', `The ${what} is not valid UTF-8.`, { cause })
  }
}

/** Text that Node has read as if each byte were a letter, as it does with headers and addresses. */
export function utf8FromLatin1(text: string, what: string): string {
  return /[\x80-\xff]/.test(text) ? strictText(Buffer.from(text, 'latin1'), what) : text
}

/** Throws `invalid_encoding` where percent signs stand for bytes that are not UTF-8; others would read them as �. */
export function assertUtf8Escapes(text: string, what: string): void {
  for (const [escapes] of text.matchAll(/(?:%[89a-f][0-9a-f])+/gi)) {
    try {
      decodeURIComponent(escapes)
    } catch (cause) {
      throw new AppError('invalid_encoding', `The ${what} is not valid UTF-8.`, { cause })
    }
  }
}
