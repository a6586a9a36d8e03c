import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import type { Log } from '#engine/index.ts'
import { StartError } from '../embedded/index.ts'

export interface Certificate {
  cert: Buffer
  key: Buffer
}

/** The certificate and key that senders may encrypt their way to us with. Throws a StartError when they can't be used. */
export async function readCertificate(files: { cert: string; key: string }): Promise<Certificate> {
  // One after the other: when both can't be read, people are told of the same one each time they try.
  const cert = await readNamed('HOLDFAST_MAIL_TLS_CERT', files.cert)
  const key = await readNamed('HOLDFAST_MAIL_TLS_KEY', files.key)
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

const everyMs = 3_600_000

/** Looks every hour whether the files hold a new certificate, as those that renew them put it there. */
export function keepCertificateFresh(
  files: { cert: string; key: string },
  listener: { renew(certificate: Certificate): void },
  log: Log,
): void {
  const timer = setInterval(() => {
    readCertificate(files).then(
      (certificate) => listener.renew(certificate),
      (error: unknown) => log.warn({ err: error }, 'The certificate for e-mail can’t be read again; the one before is used'),
    )
  }, everyMs)
  timer.unref()
}

async function readNamed(variable: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new StartError(`${variable} names a file that can’t be read: ${path}.`, error)
  }
}
