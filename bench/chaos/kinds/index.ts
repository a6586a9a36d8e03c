import { approved } from './approved.ts'
import { atMostOnce } from './at-most-once.ts'
import { codeSteps } from './code-steps.ts'
import { counts } from './counts.ts'
import { forEach } from './for-each.ts'
import { limited } from './limited.ts'
import { slotted } from './slotted.ts'
import { parked } from './parked.ts'
import { rounds } from './rounds.ts'
import { answered } from './answered.ts'
import { cancelled } from './cancelled.ts'
import { chain } from './chain.ts'
import { child } from './child.ts'
import { parent } from './parent.ts'
import { codeFetch } from './code-fetch.ts'
import { failedThenRetried } from './failed-then-retried.ts'
import { drained } from './drained.ts'
import { found } from './found.ts'
import { fork } from './fork.ts'
import type { FlowKind } from './kind.ts'
import { mailed } from './mailed.ts'
import { pause } from './pause.ts'
import { replayed } from './replayed.ts'
import { responded } from './responded.ts'
import { retried } from './retried.ts'
import { startedByEvent } from './started-by-event.ts'
import { waitsForEvent } from './waits-for-event.ts'
import { waitsForCall } from './waits-for-call.ts'

/** Everything the load is made of. */
export const kinds: readonly FlowKind[] = [
  chain,
  answered,
  responded,
  fork,
  retried,
  pause,
  waitsForCall,
  waitsForEvent,
  startedByEvent,
  cancelled,
  failedThenRetried,
  codeFetch,
  approved,
  replayed,
  child,
  parent,
  codeSteps,
  forEach,
  rounds,
  parked,
  atMostOnce,
  limited,
  slotted,
  counts,
  found,
  mailed,
  drained,
]
