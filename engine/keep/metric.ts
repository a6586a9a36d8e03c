import { AppError } from '#shared/errors.ts'

/*
 * `metric(name, value, tags)` of code steps.
 *
 * An attempt gathers them with `readMetric`; `keepMetrics` (keep-metrics.ts) writes them with the event that ends the step, so that each
 * counts once however many attempts it took: those of attempts that were lost or are tried again are dropped.
 */

export interface Metric {
  at: number
  name: string
  value: number
  tags: { [name: string]: string }
  /** The request whose function counted it, in code that uses `step`. */
  number?: number | undefined
}

const mostTags = 10
const Name = /^[A-Za-z_][A-Za-z0-9_.:-]{0,99}$/

/** Takes what code handed over, or says what is wrong with it. */
export function readMetric(at: number, name: unknown, value: unknown, tags: unknown = {}): Metric {
  if (typeof name !== 'string' || !Name.test(name)) {
    throw new AppError('invalid_input', 'A metric’s name has 1 to 100 letters, digits and _ . : -, and starts with a letter.')
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new AppError('invalid_input', `The value of metric "${name}" must be a number.`)
  }
  const entries = typeof tags === 'object' && tags !== null && !Array.isArray(tags) ? Object.entries(tags) : undefined
  if (!entries || entries.length > mostTags) {
    throw new AppError('invalid_input', `The tags of metric "${name}" must be an object with ${mostTags} names at most.`)
  }
  return {
    at,
    name,
    value,
    tags: Object.fromEntries(entries.map(([tag, text]) => [tag.slice(0, 100), String(text).slice(0, 200)])),
  }
}
