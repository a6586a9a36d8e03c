import { askedIn } from './code-step-of-run.ts'

/** Whether the step was asked for inside of a code step. */
export function isInCode(path: string): boolean {
  return askedIn(path) !== undefined
}

/** The step on the canvas that a path of a run belongs to. */
export function nodeIdAt(path: string): string {
  const step = askedIn(path)?.by ?? path
  return step.slice(step.lastIndexOf('/') + 1)
}

/** What a step of a run is called: inside of loops with the round it was in, inside of code by its own name there. */
export function stepLabel(path: string, nodeName: string): string {
  const rounds = [...path.matchAll(/\[(\d+)\]\//g)].map(([, index]) => Number(index) + 1)
  const name = isInCode(path) ? `${nodeName} ▸ ${insideLabel(path)}` : nodeName
  return rounds.length === 0 ? name : `${name} · ${rounds.join('.')}`
}

/** What a step is called inside of the code that asked for it. */
export function insideLabel(path: string): string {
  const times = /:(\d+)$/.exec(path)?.[1]
  const name = askedIn(path)?.name ?? path
  return times === undefined ? name : `${name} (${times})`
}
