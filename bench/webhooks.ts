import { createHmac } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { load, loadBody, type LoadResult } from './load.ts'
import { api, publishAccepting, publishWebhook } from './product.ts'

export interface WebhookRow {
  what: string
  measured: string
  ratio?: string
  goal?: string
}

/** What webhooks cost, beside E: a bare Express handler that does one INSERT a request on the same database. */
export async function benchWebhooks(
  { productUrl, bareUrl, databaseUrl }: { productUrl: string; bareUrl: string; databaseUrl: string },
  seconds: number,
  tell: (row: WebhookRow) => void,
): Promise<void> {
  const database = new pg.Client({ connectionString: databaseUrl })
  await database.connect()
  try {
    const setHook = await publishWebhook(productUrl, 'bench-set', {
      id: 'answer',
      type: 'set',
      params: { values: { total: '{{ trigger.body.qty * 7 }}' } },
    })
    const codeHook = await publishWebhook(productUrl, 'bench-code', {
      id: 'answer',
      type: 'code',
      params: { code: 'export default async ({ trigger }) => ({ total: trigger.body.qty * 7 })' },
    })
    const secret = 'a secret of the bench that signs'
    await api(productUrl, 'POST', '/secrets', { name: 'bench', value: secret })
    const acceptHook = await publishAccepting(productUrl, 'bench-accept', {
      ...{ preset: 'hmac', secret: 'bench', algorithm: 'sha256', header: 'x-signature', encoding: 'hex' },
    })
    const signed = { 'x-signature': createHmac('sha256', secret).update(loadBody).digest('hex') }

    for (const callers of [1, 10, 50]) {
      const e = await measured('E', bareUrl, callers, seconds)
      tell({ what: `E, bare Express with one INSERT, ${at(callers)}`, measured: words(e) })

      const accepted = await measured('accept', acceptHook, callers, seconds, signed)
      const { left, perSecond } = await drained(database)
      tell({
        what: `webhook accepted at once, signature verified, ${at(callers)}`,
        measured: words(accepted),
        ratio: `${times(accepted.perSecond, e.perSecond)} E, p99 ${times(accepted.p99Ms, e.p99Ms)} × E’s`,
        ...(callers === 1 ? {} : { goal: 'at least 0.6 E, p99 at most 3 × E’s' }),
      })
      tell({
        what: `… what was left to run at its end, ${at(callers)}`,
        measured: left === 0 ? 'nothing' : `${left} runs, done at ${Math.round(perSecond).toLocaleString('en')}/s`,
        ...(left === 0 ? {} : { ratio: `${times(perSecond, e.perSecond)} E` }),
        goal: 'at least 0.35 E',
      })

      const set = await measured('set', setHook, callers, seconds)
      tell({
        what: `webhook → set → respond, ${at(callers)}`,
        measured: words(set),
        ratio: `${times(set.perSecond, e.perSecond)} E`,
        goal: callers === 1 ? 'p50 under 5 ms' : 'at least 0.35 E',
      })
      const code = await measured('code', codeHook, callers, seconds)
      tell({
        what: `webhook → code → respond, ${at(callers)}`,
        measured: words(code),
        ratio: `${times(code.perSecond, e.perSecond)} E`,
        goal: 'at least 0.12 E',
      })
    }
  } finally {
    await database.end()
  }
}

async function measured(
  name: string,
  url: string,
  callers: number,
  seconds: number,
  headers: { [name: string]: string } = {},
): Promise<LoadResult> {
  await load(url, callers, 1, headers)
  const result = await load(url, callers, seconds, headers)
  if (result.failures > 0) throw new Error(`${name}: ${result.failures} calls failed`)
  return result
}

/** Waits until every run has ended, and says how many were left and how many a second ended. */
async function drained(database: pg.Client): Promise<{ left: number; perSecond: number }> {
  const count = async () => Number((await database.query('select count(*) from engine.runs')).rows[0]?.count)
  const left = await count()
  const began = performance.now()
  while ((await count()) > 0) await sleep(5)
  return { left, perSecond: left / ((performance.now() - began) / 1000) }
}

function words({ perSecond, p50Ms, p99Ms }: LoadResult): string {
  return `${Math.round(perSecond).toLocaleString('en')}/s, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`
}

function times(value: number, yardstick: number): string {
  return (value / yardstick).toFixed(2)
}

function at(callers: number): string {
  return `${callers} ${callers === 1 ? 'caller' : 'callers'}`
}
