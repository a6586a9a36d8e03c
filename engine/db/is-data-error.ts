/** Wrong data (class 22), a broken rule (23) or a limit of the server's (54): repeating can't help. */
export function isDataError(error: unknown): error is Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^(22|23|54)/.test(code)
}
