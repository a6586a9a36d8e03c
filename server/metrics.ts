import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Engine } from '#engine/index.ts'

/** Counts what this process does, for Prometheus. Labels are from small fixed sets, never from what callers send. */
export function createMetrics(engine: Engine) {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'holdfast_' })
  const requests = new Histogram({
    name: 'holdfast_http_request_seconds',
    help: 'Time until a request was answered',
    labelNames: ['area', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
    registers: [registry],
  })
  const runs = new Gauge({ name: 'holdfast_runs', help: 'Runs by status', labelNames: ['status'], registers: [registry] })
  const counters = {
    commits: new Counter({ name: 'holdfast_engine_commits_total', help: 'Commits made by the engine', registers: [registry] }),
    statements: new Counter({
      name: 'holdfast_engine_statements_total',
      help: 'Statements sent by the engine',
      registers: [registry],
    }),
    checkpoints: new Counter({
      name: 'holdfast_engine_checkpoints_total',
      help: 'Step outcomes made durable',
      registers: [registry],
    }),
    attempts: new Counter({ name: 'holdfast_engine_attempts_total', help: 'Attempts begun', registers: [registry] }),
    lostOwnership: new Counter({
      name: 'holdfast_engine_lost_ownership_total',
      help: 'Runs another worker took over',
      registers: [registry],
    }),
  }

  return {
    contentType: registry.contentType,

    /** Times a request from here on. */
    observe(area: 'api' | 'hooks' | 'web') {
      return (_req: IncomingMessage, res: ServerResponse, next: () => void): void => {
        const start = performance.now()
        res.once('close', () =>
          requests.observe({ area, status: `${Math.floor(res.statusCode / 100)}xx` }, (performance.now() - start) / 1000),
        )
        next()
      }
    },

    async text(): Promise<string> {
      const metrics = await engine.metrics()
      runs.reset()
      for (const [status, count] of Object.entries(metrics.runs)) runs.set({ status }, count)
      for (const [name, counter] of Object.entries(counters)) {
        counter.reset()
        counter.inc(metrics[name as keyof typeof counters])
      }
      return registry.metrics()
    },
  }
}
