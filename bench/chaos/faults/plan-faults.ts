import { failpoints } from '#engine/failpoint.ts'
import type { Random } from '../random.ts'
import type { Fault, FaultKind, PlannedFault } from './fault.ts'

/** How often each comes beside the others. */
const weights: { [K in FaultKind]: number } = {
  kill: 5,
  restart: 2,
  freeze: 4,
  cut: 3,
  stall: 2,
  swallow: 2,
  loseAnswers: 3,
  failpoint: 7,
  rollingRestart: 1,
  killDatabase: 1,
  pauseDatabase: 1,
  publish: 2,
  pauseFlow: 2,
  turnFlowOff: 2,
  ingestFailpoint: 0,
  checkpointFailpoint: 0,
}

/** Between two places of a rolling restart. */
const rollingMs = 2500

export interface FaultPlan {
  durationMs: number
  places: readonly { name: string; role: 'web' | 'worker' | 'all' }[]
  leaseMs: number
  /** Only these; all when absent. */
  only?: readonly FaultKind[] | undefined
  /** The pause between two faults is drawn from these. */
  pauseMs?: { min: number; max: number }
}

/** What is done when, as a function of the seed alone. */
export function planFaults(random: Random, plan: FaultPlan): PlannedFault[] {
  const { durationMs, only, pauseMs = { min: 1000, max: 4500 } } = plan
  const kinds = (Object.keys(weights) as FaultKind[]).filter((kind) => only === undefined || only.includes(kind))
  const drawn = kinds.flatMap((kind) => Array.from({ length: only ? Math.max(1, weights[kind]) : weights[kind] }, () => kind))
  const planned: PlannedFault[] = []
  if (drawn.length === 0) return planned
  for (let atMs = random.whole(pauseMs.min, pauseMs.max); atMs < durationMs; atMs += random.whole(pauseMs.min, pauseMs.max)) {
    const kind = random.pick(drawn)
    if (kind !== 'rollingRestart') planned.push({ atMs, fault: draw(random, kind, plan) })
    else
      for (const [n, { name }] of plan.places.entries())
        planned.push({ atMs: atMs + n * rollingMs, fault: { kind: 'restart', place: name, downMs: 0 } })
  }
  return planned.toSorted((a, b) => a.atMs - b.atMs)
}

function draw(random: Random, kind: Exclude<FaultKind, 'rollingRestart'>, { places, leaseMs }: FaultPlan): Fault {
  const place = random.pick(places).name
  switch (kind) {
    case 'kill':
      return { kind, place, downMs: random.whole(100, leaseMs * 2) }
    case 'restart':
      return { kind, place, downMs: random.whole(0, 500) }
    case 'freeze':
      // Shorter than the lease, about as long, and well past it.
      return { kind, place, forMs: random.pick([0.5, 1.1, 2.2]) * leaseMs }
    case 'cut':
    case 'stall':
      return { kind, place, forMs: random.whole(300, leaseMs * 2) }
    case 'swallow':
      return { kind, place }
    case 'loseAnswers':
      return { kind, place, forMs: random.whole(200, 1500) }
    case 'failpoint': {
      const at = random.pick(failpoints)
      return { kind, place: placeFor(random, at, places), at: `${at}:${random.whole(1, 12)}`, forMs: leaseMs * 3 }
    }
    case 'ingestFailpoint':
    case 'checkpointFailpoint': {
      const at = kind === 'ingestFailpoint' ? 'ingest.before-commit' : 'checkpoint.before-commit'
      return { kind: 'failpoint', place: placeFor(random, at, places), at: `${at}:${random.whole(1, 8)}`, forMs: leaseMs * 3 }
    }
    case 'killDatabase':
      return { kind, downMs: random.whole(100, 4000) }
    case 'pauseDatabase':
      return { kind, forMs: random.whole(500, leaseMs * 2) }
    case 'publish':
      return { kind }
    case 'pauseFlow':
    case 'turnFlowOff':
      return { kind, forMs: random.whole(500, 4000) }
  }
}

/** A place whose role comes by there at all. */
function placeFor(random: Random, at: string, places: FaultPlan['places']): string {
  const others = at.startsWith('wait.') ? 'worker' : at.startsWith('ingest.') ? 'worker' : 'web'
  return random.pick(places.filter((place) => place.role !== others)).name
}
