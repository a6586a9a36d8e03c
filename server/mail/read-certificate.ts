import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { StartError } from '../embedded/index.ts'

/** The certificate and key that senders may encrypt their way to us with. Throws a StartError when they can't be used. */
export async function readCertificate(files: { cert: string; key: string }): Promise<{ cert: Buffer; key: Buffer }> {
  const [cert, key] = await Promise.all([
    readNamed('HOLDFAST_MAIL_TLS_CERT', files.cert),
    readNamed('HOLDFAST_MAIL_TLS_KEY', files.key),
  ])
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    throw new StartError(
      'HOLDFAST_MAIL_TLS_CERT and HOLDFAST_MAIL_TLS_KEY hold no certificate with its key: both must be in PEM form and belong together.',
      error,
    )
  }
  return { cert, key }
}

async function readNamed(variable: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new StartError(`${variable} names a file that can’t be read: ${path}.`, error)
  }
}
