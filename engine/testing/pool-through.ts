import type { Pool, PoolClient } from 'pg'

/** Sends one query to the database, once it is asked to. */
type Send = () => Promise<unknown>

/** What becomes of one query on its way: whoever looks at it, or loses its answer, does so around `send`. */
export type QueryPath = (send: Send, text: string, values: readonly unknown[]) => Promise<unknown>

/**
 * A pool whose queries go the way the test says: those of its clients, and its own. Each client taken from it has a
 * path of its own, as has each query that is asked of the pool itself, so a path can remember what went before.
 */
export function poolThrough(pool: Pool, newPath: () => QueryPath): Pool {
  return new Proxy(queriedBy(pool, newPath), {
    get(target, name) {
      if (name !== 'connect') return Reflect.get(target, name) as unknown
      return async () => {
        const path = newPath()
        return queriedBy(await target.connect(), () => path)
      }
    },
  })
}

function queriedBy<Queried extends Pool | PoolClient>(queried: Queried, pathOf: () => QueryPath): Queried {
  return new Proxy(queried, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      if (name !== 'query') return value.bind(target) as unknown
      return (...asked: [string | { text: string; values?: unknown[] }, unknown[]?]) => {
        const [first, second] = asked
        const query = typeof first === 'string' ? { text: first, values: second } : first
        return pathOf()(async () => value.apply(target, asked) as unknown, query.text, query.values ?? [])
      }
    },
  })
}
