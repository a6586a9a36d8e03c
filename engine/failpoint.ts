/** Places between two commits where a crash must not matter, named after what is going on there. */
export const failpoints = [
  'ingest.before-commit',
  'ingest.after-commit',
  'claim.before-commit',
  'claim.after-commit',
  'slot.before-commit',
  'slot.after-commit',
  'step.before-effect',
  'step.after-effect',
  'checkpoint.before-commit',
  'checkpoint.after-commit',
  'advance.decided',
  'wait.before-release',
  'wait.before-arrival',
  'wait.after-arrival',
  'event.after-commit',
  'event.after-start',
  'event.after-delivery',
  'wait.before-look',
  'vote.before-commit',
  'vote.after-commit',
  'timer.due',
  'schedule.before-commit',
  'schedule.after-commit',
  'poll.after-look',
  'poll.before-commit',
  'poll.after-commit',
  'finish.before-commit',
  'finish.after-commit',
  'child.before-start',
  'child.after-start',
  'outbox.before-tell',
  'outbox.after-tell',
  'outbox.before-forget',
  'bulk.before-advance',
] as const

export type Failpoint = (typeof failpoints)[number]

let hook: ((point: Failpoint) => void) | undefined

/** Passing one is free while nothing is hung in. */
export function failpoint(point: Failpoint): void {
  hook?.(point)
}

export function onFailpoint(listener: ((point: Failpoint) => void) | undefined): void {
  hook = listener
}

/** A place and at which pass of it, as in `checkpoint.before-commit:3`. */
export interface ArmedFailpoint {
  at: Failpoint
  nth: number
}

/** Reads `name:n`; undefined when there is no such place or the number is none. */
export function failpointFrom(text: string): ArmedFailpoint | undefined {
  const [, name, count] = /^([a-z.-]+)(?::(\d{1,6}))?$/.exec(text) ?? []
  const at = failpoints.find((one) => one === name)
  const nth = Number(count ?? 1)
  return at !== undefined && nth > 0 ? { at, nth } : undefined
}

/** From now on this process kills itself, as `kill -9` does, the n-th time it comes to the place. For tests alone. */
export function armFailpoint({ at, nth }: ArmedFailpoint): void {
  let passed = 0
  onFailpoint((point) => {
    if (point === at && ++passed === nth) process.kill(process.pid, 'SIGKILL')
  })
}
