/** How long the other side asks to wait: `Retry-After` in seconds or as a date (RFC 9110). */
export function retryAfterMs(headers: [name: string, value: string][], nowMs: number): number | undefined {
  const value = headers.find(([name]) => name.toLowerCase() === 'retry-after')?.[1].trim()
  if (value === undefined) return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000
  const date = /^\w{3,9},? /.test(value) ? Date.parse(value) : NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}
