import type { Readable, Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { AppError } from '#shared/errors.ts'

const decoders: { [encoding: string]: () => Transform } = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
}

/** More layers than a well-meant server uses are a bomb. */
const mostEncodings = 2

/** Drops a body unread; that its connection then complains is of no interest to anybody. */
export function discardBody(body: Readable): void {
  body.on('error', () => undefined)
  body.destroy()
}

/** Reads a body whole, unpacked, and stops at the first byte over `maxBytes`, counted unpacked so that bombs are too. */
export async function readBody(
  body: Readable,
  contentEncoding: string | undefined,
  maxBytes: number,
  what: string,
): Promise<Uint8Array> {
  const encodings = (contentEncoding ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity')
  const transforms = encodings.length > mostEncodings ? [] : encodings.toReversed().map((name) => decoders[name]?.())
  if (transforms.length !== encodings.length || transforms.includes(undefined)) {
    discardBody(body)
    throw new AppError(
      'network_error',
      `${what} answered in an encoding that is not supported: ${encodings.join(', ').slice(0, 100)}.`,
      { retryable: false },
    )
  }
  const unpack = transforms.filter((transform) => transform !== undefined)
  const last = unpack.reduce((source: Readable, next) => {
    source.once('error', (error) => next.destroy(error))
    return source.pipe(next)
  }, body)
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of last as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength
      if (size > maxBytes) throw new AppError('too_large', `${what} answered with more than ${sizeInWords(maxBytes)}.`)
      chunks.push(chunk)
    }
  } finally {
    discardBody(last)
    discardBody(body)
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

function sizeInWords(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.floor(bytes / 1024 / 1024)} MiB` : `${bytes} bytes`
}
