/** What an idempotency key says of where it comes from: `<run id>:<path>`, with `:n` from the second try on. */
export function keyParts(key: string): { runId: string; path: string; tryNumber: number } | undefined {
  const [, runId, path, tryNumber] = /^(run_[0-9a-z]+):([^:]+)(?::(\d+))?$/.exec(key) ?? []
  if (runId === undefined || path === undefined) return undefined
  return { runId, path: decodeURIComponent(path), tryNumber: Number(tryNumber ?? 1) }
}
