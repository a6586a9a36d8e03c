import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

/** Y: single-row INSERT commits per second through `pg`, with 32 clients and fsync on. */
export async function measureY(url: string, seconds: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: 32 })
  await pool.query('create table if not exists yardstick (id bigserial primary key, body text not null)')
  let commits = 0
  const until = performance.now() + seconds * 1000
  const began = performance.now()
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      while (performance.now() < until) {
        await pool.query('insert into yardstick (body) values ($1)', ['{"qty":6}'])
        commits += 1
      }
    }),
  )
  const elapsed = (performance.now() - began) / 1000
  await pool.query('drop table yardstick')
  await pool.end()
  return commits / elapsed
}

/** E: a bare Express 5 handler that does one INSERT a request, in a process of its own, as the product is. */
export async function startE(url: string): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./bare-express.ts', import.meta.url))], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (line: Buffer) => resolve(line.toString().trim()))
    child.once('exit', (code) => reject(new Error(`The bare Express server ended with ${code}`)))
  })
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGTERM')
      }),
  }
}
