import type { LoggedLine } from '../run/attempt.ts'
import type { Metric } from '../keep/metric.ts'
import type { ActionFiles } from '../ports.ts'
import type { AttemptSecrets } from '../secrets/attempt-secrets.ts'
import type { LinesMark } from './call-asked.ts'

/** What an attempt of code has logged and counted that is not written yet, the secrets it has in hand and the files it may use. */
export interface Pending {
  lines: LoggedLine[]
  metrics: Metric[]
  secrets: AttemptSecrets
  files: ActionFiles
}

/** Takes the lines that one request's function wrote, and those of the code itself, with how far these go. */
export function takeLines(
  { lines }: Pick<Pending, 'lines'>,
  number: number | undefined,
): { own: LoggedLine[]; code: LoggedLine[]; mark: LinesMark | undefined } {
  const own: LoggedLine[] = []
  const code: LoggedLine[] = []
  let mark: LinesMark | undefined
  for (const line of lines.splice(0)) {
    if (line.place && 'number' in line.place) (line.place.number === number ? own : lines).push(line)
    else {
      code.push(line)
      if (line.place) mark = [line.place.delivered, line.place.line]
    }
  }
  return { own, code, mark }
}

/** Takes what one request's function counted. */
export function takeMetrics({ metrics }: Pick<Pending, 'metrics'>, number: number): Metric[] {
  const taken = metrics.filter((metric) => metric.number === number)
  const left = metrics.filter((metric) => metric.number !== number)
  metrics.splice(0, metrics.length, ...left)
  return taken
}
