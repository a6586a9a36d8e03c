import { AppError } from '#shared/errors.ts'

const unreachable = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'ENETUNREACH', 'EHOSTUNREACH', 'ERR_SOCKET_TIMEOUT'],
  ...['ENOTCACHED', 'FETCH_ERROR', 'E500', 'E502', 'E503', 'E504', 'CERT_HAS_EXPIRED', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ...['SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
])

/** The code npm gave up with, such as `E404`. */
export function npmCode(stderr: string): string {
  return /^npm error code (\S+)$/m.exec(stderr)?.[1] ?? ''
}

/** What npm could not do, in words for the person who asked for a package. */
export function npmFailure(stderr: string, what: string): AppError {
  const code = npmCode(stderr)
  if (unreachable.has(code))
    return new AppError('registry_unavailable', `The npm registry can’t be reached from this server (${code}), so ${what}.`)
  if (code === 'E401' || code === 'E403' || code === 'ENEEDAUTH')
    return new AppError(
      'registry_unavailable',
      `The npm registry refuses this server (${code}), so ${what}. Sign npm in on the server.`,
    )
  if (code === 'ENOSPC') return new AppError('internal', `The server’s disk is full, so ${what}.`)
  if (code === 'EINTEGRITY')
    return new AppError('invalid_request', `What the npm registry sent isn’t what it promised (EINTEGRITY), so ${what}.`)
  return new AppError('internal', `npm gave up${code === '' ? '' : ` with ${code}`}, so ${what}.`)
}

/** The same when npm never got so far as to say anything. */
export function npmNotRun(error: unknown, what: string): AppError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT')
    return new AppError('registry_unavailable', `There is no npm on this server, so ${what}. Install npm beside Node.`)
  const isLate = error instanceof Error && error.name === 'TimeoutError'
  if (isLate) return new AppError('registry_unavailable', `The npm registry didn’t answer in time, so ${what}.`)
  return new AppError('internal', `npm could not be run, so ${what}.`, { cause: error })
}
