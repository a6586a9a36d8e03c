import { createCodeRunner } from '../code/index.ts'
import { killEngineProcesses, startEngineProcess } from './engine-process.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'
import { createTestEngine, type TestEngine } from './test-engine.ts'

/** An engine that takes over what a process left behind that was killed in the midst of a code step. */
export interface CodeCrash {
  database: TestDatabase
  it: TestEngine
  /** Has another process work on the code until it kills itself in its n-th fetch. Gives the run it leaves behind. */
  killedIn(code: string, nth: number): Promise<string>
  /** How often each address was fetched, by both. */
  ledgerOf(): Promise<{ [url: string]: number }>
  stop(): Promise<void>
}

export async function createCodeCrash(): Promise<CodeCrash> {
  const sandbox = createCodeRunner({ mostRunners: 1 })
  const database = await createTestDatabase()
  await database.pool.query('create table public.ledger (key text not null)')
  const it = createTestEngine(database, {
    leaseMs: 3000,
    runCode: (call) => sandbox.run(call),
    async fetch({ url }) {
      await database.pool.query('insert into public.ledger (key) values ($1)', [url])
      return { url, status: 200, statusText: '', headers: [], body: Buffer.from('ok'), redirected: false }
    },
  })
  await it.engine.start()
  return {
    database,
    it,
    async killedIn(code, nth) {
      await database.pool.query('truncate public.ledger')
      const child = startEngineProcess(new URL('./code-crash-child.ts', import.meta.url), database.url, {
        code,
        nth: String(nth),
      })
      const { signal } = await child.over
      if (signal !== 'SIGKILL') throw new Error('The process was to kill itself, and did not')
      const runId = await child.firstLine
      if (runId === undefined) throw new Error('The process died before it had said which run it left behind')
      return runId
    },
    async ledgerOf() {
      const { rows } = await database.pool.query<{ key: string; count: number }>(
        'select key, count(*)::int as count from public.ledger group by key order by key',
      )
      return Object.fromEntries(rows.map(({ key, count }) => [key, count]))
    },
    async stop() {
      await killEngineProcesses()
      await it.engine.stop(1000)
      await sandbox.stop()
      await database.drop()
    },
  }
}
