interface Known<T> {
  get(key: string): T | undefined
  set(key: string, value: T): void
}

/** What was found out before, up to so many answers; the one that was asked for longest ago goes first. */
export function createKnown<T>(most: number): Known<T> {
  const values = new Map<string, T>()
  return {
    get(key) {
      const value = values.get(key)
      if (value !== undefined) {
        values.delete(key)
        values.set(key, value)
      }
      return value
    },
    set(key, value) {
      values.delete(key)
      values.set(key, value)
      const [oldest] = values.keys()
      if (values.size > most && oldest !== undefined) values.delete(oldest)
    },
  }
}
