import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Engine } from '#engine/index.ts'
import type { MailCounts } from './mail/mail-counts.ts'

const engineCounters = {
  commits: ['commits', 'Commits made by the engine'],
  statements: ['statements', 'Statements sent by the engine'],
  checkpoints: ['checkpoints', 'Step outcomes made durable'],
  attempts: ['attempts', 'Attempts begun'],
  lostOwnership: ['lost_ownership', 'Runs another worker took over'],
} as const

/** Counts what this process does, for Prometheus. Labels are from small sets, never from what callers send. */
export function createMetrics(engine: Engine, mailCounts: MailCounts) {
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
  const counted = (['commits', 'statements', 'checkpoints', 'attempts', 'lostOwnership'] as const).map((fact) => {
    const [name, help] = engineCounters[fact]
    return { fact, counter: new Counter({ name: `holdfast_engine_${name}_total`, help, registers: [registry] }) }
  })

  const mails = new Counter({
    name: 'holdfast_mails_total',
    help: 'E-mails taken, refused for good, and put off until their sender comes again',
    labelNames: ['outcome'],
    registers: [registry],
  })

  const flowCounts = new Counter({
    name: 'holdfast_flow_metric_count_total',
    help: 'How often steps counted something with metric(), by flow and name',
    labelNames: ['flow', 'name'],
    registers: [registry],
  })
  // A gauge, because values may be negative; as long as they are not, it only rises.
  const flowSums = new Gauge({
    name: 'holdfast_flow_metric_sum',
    help: 'The sum of what steps counted with metric(), by flow and name',
    labelNames: ['flow', 'name'],
    registers: [registry],
  })

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
      for (const { fact, counter } of counted) {
        counter.reset()
        counter.inc(metrics[fact])
      }
      mails.reset()
      mails.inc({ outcome: 'taken' }, mailCounts.taken)
      mails.inc({ outcome: 'refused' }, mailCounts.refused)
      mails.inc({ outcome: 'put_off' }, mailCounts.putOff)
      flowCounts.reset()
      for (const { flowId, name, count, sum } of metrics.flows) {
        flowCounts.inc({ flow: flowId, name }, count)
        flowSums.set({ flow: flowId, name }, sum)
      }
      return registry.metrics()
    },
  }
}
