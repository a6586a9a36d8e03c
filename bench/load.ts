import { Pool } from 'undici'

export interface LoadResult {
  perSecond: number
  p50Ms: number
  p99Ms: number
  failures: number
}

export const loadBody = '{"qty":6}'

/** Calls one address from `callers` callers at once, each sending its next request when its last is answered. */
export async function load(
  url: string,
  callers: number,
  seconds: number,
  headers: { [name: string]: string } = {},
): Promise<LoadResult> {
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, { connections: callers })
  const times: number[] = []
  let failures = 0
  const until = performance.now() + seconds * 1000
  const caller = async () => {
    while (performance.now() < until) {
      const began = performance.now()
      const reply = await pool.request({
        path: pathname,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: loadBody,
      })
      await reply.body.dump()
      if (reply.statusCode >= 300) failures += 1
      times.push(performance.now() - began)
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: callers }, caller))
  const elapsed = (performance.now() - began) / 1000
  await pool.close()
  return { perSecond: times.length / elapsed, p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99), failures }
}

export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
