/** Classes and codes of PostgreSQL errors that mean "not now" rather than "not like this". */
const awayCodes = new Set([
  '25006',
  '40001',
  '40P01',
  '53100',
  '53200',
  '53300',
  '55P03',
  '57014',
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  '25P03',
])
const awaySystemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
])

/** Whether an error says that the database is away, overloaded or read-only for now: worth a 503 and another try. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? error.code : undefined
  const syscall = 'syscall' in error ? error.syscall : undefined
  // FATAL is how PostgreSQL ends a connection or doesn't begin one, whatever the reason.
  if ('severity' in error && error.severity === 'FATAL') return true
  if (typeof code === 'string') {
    if (code.startsWith('08') || awayCodes.has(code)) return true
    if (awaySystemCodes.has(code)) return code !== 'ENOENT' || syscall === 'connect'
  }
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway)
  // pg reports these without a code.
  return /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout)/.test(
    error.message,
  )
}
