import { ageOf, bytesFrom, type HmacAlgorithm, isSignedBy } from './signatures.ts'
import { type Check, distrust, headerOf, trusted, undecided } from './verdict.ts'

export interface HmacSettings {
  algorithm: string
  header: string
  encoding: 'hex' | 'base64'
  prefix?: string | undefined
  timestampHeader?: string | undefined
  toleranceSeconds?: number | undefined
}

const usualTolerance = 300

/**
 * A signature of the body. With a time in a header of its own, that time is signed too, before the body with `.`, `:` or
 * nothing between: one that isn't signed could be changed by whoever sends an old request again.
 */
export function checkHmac(settings: HmacSettings): Check {
  const algorithm = algorithmFrom(settings.algorithm)
  const { header, encoding, prefix = '', timestampHeader, toleranceSeconds = usualTolerance } = settings
  return (request, secrets, nowMs) => {
    const written = headerOf(request, header)?.trim()
    if (written === undefined) return distrust('signature_missing')
    const signature = written.startsWith(prefix) ? bytesFrom(written.slice(prefix.length), encoding) : undefined
    if (!signature) return distrust('signature_wrong')
    if (timestampHeader === undefined) {
      if (!request.bytes) return undecided
      return isSignedBy(secrets, algorithm, signature, request.bytes) ? trusted : distrust('signature_wrong')
    }
    const timestamp = headerOf(request, timestampHeader)?.trim()
    const age = ageOf(timestamp, toleranceSeconds, nowMs)
    if (age === 'missing') return distrust('timestamp_missing')
    if (age === 'old') return distrust('timestamp_old')
    const { bytes } = request
    if (!bytes) return undecided
    const isSigned = ['.', ':', '']
      .map((between) => isSignedBy(secrets, algorithm, signature, `${timestamp}${between}`, bytes))
      .includes(true)
    return isSigned ? trusted : distrust('signature_wrong')
  }
}

function algorithmFrom(name: string): HmacAlgorithm {
  const known = (['sha1', 'sha256', 'sha384', 'sha512'] as const).find((one) => one === name.toLowerCase().replace('-', ''))
  if (known === undefined) throw new Error(`${name} is no algorithm of signatures`)
  return known
}
