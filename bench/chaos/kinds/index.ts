import { answered } from './answered.ts'
import { cancelled } from './cancelled.ts'
import { chain } from './chain.ts'
import { codeFetch } from './code-fetch.ts'
import { failedThenRetried } from './failed-then-retried.ts'
import { fork } from './fork.ts'
import type { FlowKind } from './kind.ts'
import { pause } from './pause.ts'
import { responded } from './responded.ts'
import { retried } from './retried.ts'
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
  cancelled,
  failedThenRetried,
  codeFetch,
]
