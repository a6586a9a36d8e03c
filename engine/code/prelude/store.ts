import { host, jsonFrom } from './host.ts'
import { mostMetrics } from './limits.ts'
import { executingStep, progress } from './progress.ts'
import { requestCall } from './requests.ts'
import { jsonFromResult } from './result.ts'
import { failLimit } from './settle.ts'
import { functionFrom, value } from './step.ts'

/** What the flow keeps from run to run. Every call is recorded, so a replay gets the reply it got. */
export const state = Object.freeze({
  async get(key: unknown) {
    const name = checkedKey(key)
    return value(await requestCall('state.get', `state.get ${name}`, { options: { key: name } }))
  },
  async set(key: unknown, held: unknown, options: { ifVersion?: unknown } = {}) {
    const name = checkedKey(key)
    const { ifVersion } = options
    if (ifVersion !== undefined && (!Number.isInteger(ifVersion) || Number(ifVersion) < 0 || Number(ifVersion) >= 2 ** 31))
      throw new TypeError('ifVersion is a version that state.get gave, or 0 for a key that is not set')
    const parts = { options: { key: name, ifVersion }, body: jsonFromResult(held) }
    return value(await requestCall('state.set', `state.set ${name}`, parts))
  },
})

/** Runs the function once over all runs of the flow; everyone gets what it gave. */
export async function once(key: unknown, run: unknown): Promise<unknown> {
  const name = checkedKey(key)
  return value(await requestCall('once', `once ${name}`, { options: { key: name }, run: functionFrom(run, 'once') }))
}

let counted = 0

/** Counts something. It is written with the step, once, however many attempts that takes. */
export function metric(name: unknown, amount: unknown, tags: unknown = {}): void {
  if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_.:-]{0,99}$/.test(name))
    throw new TypeError('A metric’s name has 1 to 100 letters, digits and _ . : -, and starts with a letter')
  if (typeof amount !== 'number' || !Number.isFinite(amount)) throw new TypeError(`The value of metric "${name}" is a number`)
  if (typeof tags !== 'object' || tags === null || Object.keys(tags).length > 10)
    throw new TypeError(`The tags of metric "${name}" are an object of at most 10 names`)
  if (++counted > mostMetrics) {
    failLimit('call_limit', `The code counted more than ${mostMetrics} metrics: add them up and count the sums`)
    return
  }
  const texts = Object.fromEntries(Object.entries(tags).map(([tag, text]) => [tag.slice(0, 100), String(text).slice(0, 200)]))
  host.post('metric', progress.isDurable ? executingStep() : 0, 0, jsonFrom({ name, value: amount, tags: texts }))
}

function checkedKey(key: unknown): string {
  if (typeof key !== 'string' || key === '' || key.length > 200 || key.includes('\0') || !key.isWellFormed())
    throw new TypeError('A key has 1 to 200 characters of plain text')
  return key
}
