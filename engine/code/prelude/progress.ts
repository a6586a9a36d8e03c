/**
 * Where code that uses `step` stands. A replay comes past the same places again: by them a line of the log is told
 * from the same line of an earlier life, and a `fetch` of its own from one inside a step.
 */
export const progress = {
  isDurable: false,
  /** Results taken in so far. */
  delivered: 0,
  /** Lines since the last result that belong to no step's function. */
  lines: 0,
  /** Requests whose function is at work right now, or is yet to be: what they call is theirs. */
  open: 0,
  executing: new Set<number>(),
}

/** The one step whose function is at work, if it is the only one; 0 when a line can't be told to be anyone's. */
export function executingStep(): number {
  if (progress.executing.size !== 1) return 0
  for (const number of progress.executing) return number
  return 0
}

/** `3` for the function of request 3; `d2.5` for the fifth line after the second result. */
export function placeOfLine(): string | number {
  if (!progress.isDurable) return 0
  const number = executingStep()
  return number > 0 ? number : `d${progress.delivered}.${++progress.lines}`
}
