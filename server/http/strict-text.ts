import { AppError } from '#shared/errors.ts'

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/** Bytes as text; throws `invalid_encoding` where `toString` would put replacement characters. A byte order mark is dropped. */
export function strictText(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes)
  } catch (cause) {
    throw new AppError('invalid_encoding', 'The body is not valid UTF-8.', { cause })
  }
}
