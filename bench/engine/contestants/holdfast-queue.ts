import { setTimeout as sleep } from 'node:timers/promises'
import { type BenchEngine, startBenchEngine } from '../bench-engine.ts'
import { stepsInARow } from '../bench-flows.ts'
import { serve } from '../serve.ts'

/** This product as a queue: runs of one step that are started here or in another process, and when the step began. */
const { url } = JSON.parse(process.env['BENCH_SETTINGS'] ?? '{}')
const plan = stepsInARow(1)
let latenciesMs: number[] = []
let firstAt: number | undefined
let done = 0
let bench: BenchEngine | undefined

async function open({ role }: { role: 'all' | 'web' | 'worker' }): Promise<BenchEngine> {
  await bench?.stop()
  bench = await startBenchEngine({
    url,
    role,
    async runAction({ input, inputText }) {
      firstAt ??= performance.now()
      done++
      const { at } = input['value'] as { at?: string }
      if (at !== undefined) latenciesMs.push(Number(process.hrtime.bigint() - BigInt(at)) / 1e6)
      return inputText
    },
  })
  return bench
}

function bodyWith(value: object): string {
  return `{"kind":"manual","at":"${new Date().toISOString()}","body":${JSON.stringify(value)}}`
}

serve({
  open: async (args: { role: 'all' | 'web' | 'worker' }) => void (await open(args)),
  /** One after the other, with a pause; every one carries the time before it was started. */
  async enqueue({ count, pauseMs }: { count: number; pauseMs: number }) {
    if (!bench) throw new Error('Nothing is open')
    const hash = await bench.engine.savePlan({ plan, code: {} })
    for (let n = 0; n < count; n++) {
      const { durable } = await bench.start(hash, bodyWith({ at: String(process.hrtime.bigint()) }))
      await durable
      await sleep(pauseMs)
    }
  },
  async latencies() {
    const all = latenciesMs
    latenciesMs = []
    return all
  },
  async fill({ count }: { count: number }) {
    const web = await open({ role: 'web' })
    const hash = await web.engine.savePlan({ plan, code: {} })
    for (let left = count; left > 0; left -= 500) {
      const started = await Promise.all(Array.from({ length: Math.min(left, 500) }, () => web.start(hash, bodyWith({}))))
      await Promise.all(started.map(({ durable }) => durable))
    }
    await web.stop()
    bench = undefined
  },
  /** From the first step's beginning until no run is unfinished. */
  async drain({ count }: { count: number }) {
    firstAt = undefined
    done = 0
    const { pool } = await open({ role: 'worker' })
    for (;;) {
      await sleep(5)
      if (done < count) continue
      const { rows } = await pool.query<{ left: boolean }>('select exists (select from engine.runs) as left')
      if (!rows[0]?.left) break
    }
    const seconds = (performance.now() - (firstAt ?? 0)) / 1000
    const { rows } = await pool.query<{ saved: number }>('select count(*)::int as saved from engine.history')
    await bench?.stop()
    bench = undefined
    return { seconds, saved: rows[0]?.saved }
  },
  stop: async () => bench?.stop(),
})
