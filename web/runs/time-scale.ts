export interface Span {
  fromMs: number
  toMs: number
}

/** A stretch of time on the axis; a folded one stands for a long quiet and is drawn at a fixed width. */
interface Stretch extends Span {
  /** Where it lies on the axis, from 0 to 1. */
  start: number
  end: number
  isFolded: boolean
}

interface Tick {
  at: number
  /** Time since the start, or since the last folded quiet, whose length then says the rest. */
  ms: number
  isAfterFold: boolean
}

export interface TimeScale {
  stretches: Stretch[]
  ticks: Tick[]
  /** Where a moment lies on the axis, from 0 to 1. */
  position: (ms: number) => number
}

const quietMs = 5000
const foldShare = 0.1

/**
 * Lays a run's time on an axis from 0 to 1. Quiets longer than five seconds, in which no step was at work, are folded
 * to a tenth of the busy time each, so that a run that waited three days for a second's work shows that second.
 */
export function timeScale(whole: Span, busy: readonly Span[], canFold: boolean, share = leastShare): TimeScale {
  const pieces = canFold ? piecesOf(whole, busy) : [{ ...whole, isFolded: false }]
  const lengthMs = (piece: Span) => Math.max(1, piece.toMs - piece.fromMs)
  const busyMs = pieces.reduce((sum, piece) => sum + (piece.isFolded ? 0 : lengthMs(piece)), 0)
  const weightOf = (piece: Span & { isFolded: boolean }) => (piece.isFolded ? Math.max(1, busyMs * foldShare) : lengthMs(piece))
  const total = pieces.reduce((sum, piece) => sum + weightOf(piece), 0)
  let at = 0
  const stretches = pieces.map((piece) => {
    const start = at
    at += weightOf(piece) / total
    return { ...piece, start, end: at }
  })
  return { stretches, ticks: ticksOf(stretches, share), position: (ms) => positionOf(stretches, ms) }
}

function piecesOf(whole: Span, busy: readonly Span[]): (Span & { isFolded: boolean })[] {
  const pieces: (Span & { isFolded: boolean })[] = []
  let doneMs = whole.fromMs
  let busyFromMs = whole.fromMs
  const inOrder = busy.toSorted((a, b) => a.fromMs - b.fromMs)
  for (const span of [...inOrder, { fromMs: whole.toMs, toMs: whole.toMs }]) {
    if (span.fromMs - doneMs > quietMs) {
      if (doneMs > busyFromMs) pieces.push({ fromMs: busyFromMs, toMs: doneMs, isFolded: false })
      pieces.push({ fromMs: doneMs, toMs: span.fromMs, isFolded: true })
      busyFromMs = span.fromMs
    }
    doneMs = Math.max(doneMs, span.toMs)
  }
  if (whole.toMs > busyFromMs || pieces.length === 0) pieces.push({ fromMs: busyFromMs, toMs: whole.toMs, isFolded: false })
  return pieces
}

function positionOf(stretches: readonly Stretch[], ms: number): number {
  const stretch = stretches.find(({ toMs }) => ms <= toMs) ?? stretches.at(-1)
  if (stretch === undefined) return 0
  const share = (ms - stretch.fromMs) / Math.max(1, stretch.toMs - stretch.fromMs)
  return stretch.start + Math.min(1, Math.max(0, share)) * (stretch.end - stretch.start)
}

const steps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 3e4, 6e4, 12e4, 3e5, 6e5, 18e5, 36e5, 72e5, 216e5, 432e5, 864e5,
]
/** The least share of the axis between two ticks, so that what is written on them doesn't run together. */
const leastShare = 0.16

/** Round moments about a sixth of the axis apart, only where time runs true. */
function ticksOf(stretches: readonly Stretch[], share: number): Tick[] {
  // A folded stretch has its length written on it.
  const folds = stretches.filter((stretch) => stretch.isFolded)
  const isFree = ({ at, ms, isAfterFold }: Tick) =>
    (ms === 0 && !isAfterFold) || folds.every((fold) => Math.abs(at - (fold.start + fold.end) / 2) > share / 2)
  return stretches
    .filter((stretch) => !stretch.isFolded)
    .flatMap((stretch) => {
      const isAfterFold = stretch !== stretches[0]
      const lengthMs = Math.max(1, stretch.toMs - stretch.fromMs)
      const goalMs = (share / (stretch.end - stretch.start)) * lengthMs
      const stepMs = steps.find((step) => step >= goalMs) ?? goalMs
      const ticks: Tick[] = []
      for (let ms = isAfterFold ? stepMs : 0; ms <= lengthMs; ms += stepMs) {
        ticks.push({ at: positionOf([stretch], stretch.fromMs + ms), ms, isAfterFold })
      }
      return ticks
    })
    .filter(isFree)
}
