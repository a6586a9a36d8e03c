import { setTimeout as sleep } from 'node:timers/promises'
import { createCodeRunner } from '#engine/index.ts'
import { prepare, throughput } from '../../sandbox.ts'
import { startBenchEngine } from '../bench-engine.ts'
import { compiled, planOf } from '../bench-flows.ts'
import { serve } from '../serve.ts'

/** This product with large runs: loops over many items, plans of many steps, and runs that wait for a call. */
const { url } = JSON.parse(process.env['BENCH_SETTINGS'] ?? '{}')
const sandbox = createCodeRunner()
const heard = new Map<string, (at: number) => void>()

const bench = await startBenchEngine({
  url,
  runCode: (call) => sandbox.run(call),
  async runAction({ inputText, run }) {
    heard.get(run.nodeId + run.id)?.(performance.now())
    links.set(run.id, inputText)
    return inputText
  },
})
const links = new Map<string, string>()
const source = 'export default ({ item }) => ({ total: item.qty * 7 })'
const bundle = await sandbox.compileCode(source)

function loopOver(body: object, concurrency: number) {
  return planOf({
    nodes: [
      { id: 'trigger', type: 'manual' },
      { id: 'each', type: 'forEach', params: { items: '{{ trigger.body.lines }}', concurrency } },
      { ...body, id: 'body', parent: 'each' },
    ],
    edges: [{ source: 'trigger', target: 'each' }],
  })
}

const setLoop = await bench.engine.savePlan({
  plan: loopOver({ type: 'set', params: { values: { total: '{{ item.qty * 7 }}' } } }, 1),
  code: {},
})
const codeLoop = await bench.engine.savePlan({
  plan: loopOver({ type: 'code', params: { code: source } }, 16),
  code: { body: bundle },
})
const waiting = await bench.engine.savePlan({
  plan: planOf({
    nodes: [
      { id: 'trigger', type: 'manual' },
      { id: 'tell', type: 'bench.trivial', params: { value: '{{ run.resumeUrl("hold") }}' } },
      { id: 'hold', type: 'waitForCall', params: { timeout: '1h' } },
      { id: 'woken', type: 'bench.trivial', params: { value: '{{ steps.hold }}' } },
    ],
    edges: [
      { source: 'trigger', target: 'tell' },
      { source: 'tell', target: 'hold' },
      { source: 'hold', sourceHandle: 'received', target: 'woken' },
    ],
  }),
  code: {},
})

function linesFor(count: number): string {
  const lines = Array.from({ length: count }, (_, n) => ({ qty: n }))
  return `{"kind":"manual","at":"${new Date().toISOString()}","body":${JSON.stringify({ lines })}}`
}

async function timeMs(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await act()
  return performance.now() - began
}

serve({
  setLoop: ({ items }: { items: number }) => timeMs(() => bench.runThrough(setLoop, linesFor(items))),
  codeLoop: ({ items }: { items: number }) => timeMs(() => bench.runThrough(codeLoop, linesFor(items))),
  /** The same code straight in the runners, as many at once as the loop has. */
  /** The same code with the same data, without runs. */
  calls: async ({ items }: { items: number }) =>
    throughput(items, 16, await prepare(sandbox, source, { item: '{"qty":6}', trigger: linesFor(items) })),
  /** From a call to a run that was let go until its next step begins. */
  async wakes({ count }: { count: number }) {
    const latencies: number[] = []
    for (let n = 0; n < count; n++) {
      const { runId } = await bench.start(waiting)
      const woken = new Promise<number>((resolve) => heard.set(`woken${runId}`, resolve))
      for (;;) {
        const run = await bench.engine.getRun(bench.workspaceId, runId)
        if (run?.status === 'waiting') break
        await sleep(10)
      }
      const { value } = JSON.parse(links.get(runId) ?? '{}')
      const token = decodeURIComponent(String(value).split('/').at(-1) ?? '')
      const began = performance.now()
      const outcome = await bench.engine.resume(token, { method: 'POST', headers: {}, query: {}, body: '{}' })
      if (outcome !== 'resumed') throw new Error(`The call was ${outcome}`)
      latencies.push((await woken) - began)
      heard.delete(`woken${runId}`)
      links.delete(runId)
    }
    return latencies
  },
  /** A chain of so many steps: how long it takes to compile and to run. */
  async bigPlan({ steps }: { steps: number }) {
    const document = {
      nodes: [
        { id: 'trigger', type: 'manual' },
        ...Array.from({ length: steps }, (_, n) => ({
          id: `s${n}`,
          type: 'set',
          params: { values: { n: n === 0 ? '{{ trigger.body.qty }}' : `{{ steps.s${n - 1}.n + 1 }}` } },
        })),
      ],
      edges: Array.from({ length: steps }, (_, n) => ({ source: n === 0 ? 'trigger' : `s${n - 1}`, target: `s${n}` })),
    }
    const compileMs: number[] = []
    let plan = compiled(document).plan
    for (let n = 0; n < 5; n++) {
      const { plan: again, tookMs } = compiled(document)
      plan = again
      compileMs.push(tookMs)
    }
    const hash = await bench.engine.savePlan({ plan, code: {} })
    const runMs = await timeMs(() => bench.runThrough(hash))
    return { compileMs, runMs }
  },
  async stop() {
    await bench.stop()
    await sandbox.stop()
  },
})
