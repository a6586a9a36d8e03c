import type { Compiled } from '../engine-api.ts'

interface Queryable {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>
}

/** Stores a compiled version under the hash of its content; one that is there already is left as it is. */
export async function insertPlan(client: Queryable, hash: string, compiled: Compiled): Promise<void> {
  await client.query('insert into engine.plans (hash, plan, code) values ($1, $2, $3) on conflict do nothing', [
    hash,
    JSON.stringify(compiled.plan),
    JSON.stringify(compiled.code),
  ])
}

/** The compiled version that `insertPlan` stored, or undefined. */
export async function findPlan(
  read: (text: string, values: unknown[]) => Promise<{ plan: string; code: string }[]>,
  hash: string,
): Promise<Compiled | undefined> {
  const [row] = await read('select plan, code from engine.plans where hash = $1', [hash])
  return row && { plan: JSON.parse(row.plan), code: JSON.parse(row.code) }
}
