import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { startBenchEngine } from '../bench-engine.ts'
import { planOf, stepsInARow } from '../bench-flows.ts'
import { seedSleepers } from '../seed-sleepers.ts'
import { serve } from '../serve.ts'

/** This product with many runs that sleep until a time: what they cost meanwhile, and how late they wake up. */
const { url } = JSON.parse(process.env['BENCH_SETTINGS'] ?? '{}')
let latenessMs: number[] = []
const begun = new Map<string, (latencyMs: number) => void>()

const bench = await startBenchEngine({
  url,
  async runAction({ input, inputText }) {
    const { until, at } = input['value'] as { until?: number; at?: string }
    if (until !== undefined) latenessMs.push(Date.now() - until)
    if (at !== undefined) begun.get(at)?.(performance.now() - Number(at))
    return inputText
  },
})
const five = await bench.engine.savePlan({ plan: stepsInARow(5), code: {} })
const one = await bench.engine.savePlan({ plan: stepsInARow(1), code: {} })
const napping = await bench.engine.savePlan({
  plan: planOf({
    nodes: [
      { id: 'trigger', type: 'manual' },
      { id: 'nap', type: 'delay', params: { until: '{{ trigger.body.until }}' } },
      { id: 'woken', type: 'bench.trivial', params: { value: '{{ trigger.body }}' } },
    ],
    edges: [
      { source: 'trigger', target: 'nap' },
      { source: 'nap', target: 'woken' },
    ],
  }),
  code: {},
})

function triggerWith(body: object): string {
  return `{"kind":"manual","at":"${new Date().toISOString()}","body":${JSON.stringify(body)}}`
}

serve({
  /** Resident memory with nothing left to collect, MiB. */
  async memory() {
    for (let n = 0; n < 3; n++) {
      globalThis.gc?.()
      await sleep(300)
    }
    return Number(/VmRSS:\s+(\d+)/.exec(await readFile('/proc/self/status', 'utf8'))?.[1]) / 1024
  },
  async runs({ count }: { count: number }) {
    const times: number[] = []
    for (let n = 0; n < count; n++) {
      const began = performance.now()
      await bench.runThrough(five)
      times.push(performance.now() - began)
    }
    return times
  },
  /** Lets one run fall asleep and makes many like it. */
  async seed({ count, inMs, spreadMs }: { count: number; inMs: number; spreadMs: number }) {
    const untilMs = Date.now() + inMs
    const { runId } = await bench.start(napping, triggerWith({ until: untilMs }))
    for (;;) {
      const run = await bench.engine.getRun(bench.workspaceId, runId)
      if (run?.status === 'waiting') break
      await sleep(20)
    }
    await seedSleepers(url, { workspaceId: bench.workspaceId, runId, untilMs }, count, spreadMs)
    return untilMs
  },
  /** Starts runs at a steady pace, and says how long each took to begin. */
  async starts({ everyMs, untilMs }: { everyMs: number; untilMs: number }) {
    const latencies: number[] = []
    while (Date.now() < untilMs) {
      const at = String(performance.now())
      begun.set(at, (latencyMs) => {
        latencies.push(latencyMs)
        begun.delete(at)
      })
      await bench.start(one, triggerWith({ at }))
      await sleep(everyMs)
    }
    return latencies
  },
  /** How late they were, once so many woke up or the time is over. */
  async lateness({ count, untilMs }: { count: number; untilMs: number }) {
    while (latenessMs.length < count && Date.now() < untilMs) await sleep(50)
    const all = latenessMs
    latenessMs = []
    return all
  },
  stop: () => bench.stop(),
})
