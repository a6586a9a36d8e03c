/** One call the outside world got, as the ledger wrote it down before it answered. */
export interface LedgerCall {
  /** The ledger's own count. */
  n: number
  at: number
  method: string
  /** `/<kind>/<tag>/<step>` */
  path: string
  query: { [name: string]: string }
  key: string | undefined
  body: string
  /** The how-manieth call under this key; without one, or when asked to count so, to this path. */
  nth: number
  /** 0 while it has not been answered. */
  status: number
}

/** Says how the ledger is to answer; part of the address a step calls. */
export interface LedgerManners {
  /** This many calls under a key are answered with `failStatus` (500) first. */
  fail?: number
  failStatus?: number
  /** What is counted for that: calls under the key, or calls to the address. */
  countBy?: 'key' | 'path'
  /** Seconds for the `Retry-After` of those. */
  retryAfter?: number
  slowMs?: number
  /** A call under a key that was answered with success before gets that answer again, and nothing is done twice. */
  honour?: 1
}
