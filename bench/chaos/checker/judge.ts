import type { Evidence, Violation } from './evidence.ts'
import { acceptedIsDurable } from './i01-accepted-is-durable.ts'
import { oneDeliveryOneRun } from './i02-one-delivery-one-run.ts'
import { checkpointsStand } from './i03-checkpoints-stand.ts'
import { legalTransitions } from './i04-legal-transitions.ts'
import { nothingStranded } from './i05-nothing-stranded.ts'
import { runningIsOwned } from './i06-running-is-owned.ts'
import { timers } from './i07-timers.ts'
import { waitsEndOnce } from './i08-waits-end-once.ts'
import { limitsHold } from './i09-limits.ts'
import { listsAgree } from './i10-lists-agree.ts'
import { effectsHappened } from './i11-effects-happened.ts'
import { keysStay } from './i12-keys-stay.ts'
import { epochsRise } from './i13-epochs-rise.ts'
import { oneVersion } from './i14-one-version.ts'
import { outputAsRecorded } from './i15-output-as-recorded.ts'
import { orderOfSteps } from './i16-order-of-steps.ts'
import { audited } from './i17-audited.ts'
import { noSecrets } from './i18-no-secrets.ts'
import { ownWorkspaceOnly } from './i19-own-workspace-only.ts'
import { everythingEnds } from './i20-everything-ends.ts'
import { kindsComeOut } from './kinds-come-out.ts'
import { serversStand } from './servers-stand.ts'

/** What must hold after every fault, in the words of the design, each with the function that looks for where it does not. */
export const invariants: readonly { name: string; sentence: string; look: (evidence: Evidence) => Violation[] }[] = [
  { name: 'I1', sentence: 'accepted means durable', look: acceptedIsDurable },
  { name: 'I2', sentence: 'one delivery, one run', look: oneDeliveryOneRun },
  { name: 'I3', sentence: 'a checkpointed step never executes again', look: checkpointsStand },
  { name: 'I4', sentence: 'only legal transitions; ends stand', look: legalTransitions },
  { name: 'I5', sentence: 'no stranded run', look: nothingStranded },
  { name: 'I6', sentence: 'nothing running without a live lease', look: runningIsOwned },
  { name: 'I7', sentence: 'timers not early, at most 5 s late', look: timers },
  { name: 'I8', sentence: 'each wait ends exactly once', look: waitsEndOnce },
  { name: 'I9', sentence: 'never more running than the limit', look: limitsHold },
  { name: 'I10', sentence: 'lists equal a fold of the history', look: listsAgree },
  { name: 'I11', sentence: 'every completed effect happened', look: effectsHappened },
  { name: 'I12', sentence: 'keys stay until a person asks for a new try', look: keysStay },
  { name: 'I13', sentence: 'epochs only rise', look: epochsRise },
  { name: 'I14', sentence: 'one version a run', look: oneVersion },
  { name: 'I15', sentence: 'output read is output recorded', look: outputAsRecorded },
  { name: 'I16', sentence: 'steps start after what leads to them', look: orderOfSteps },
  { name: 'I17', sentence: 'one audit row per privileged act', look: audited },
  { name: 'I18', sentence: 'secrets nowhere outside', look: noSecrets },
  { name: 'I19', sentence: 'nothing of one workspace in an answer to another', look: ownWorkspaceOnly },
  { name: 'I20', sentence: 'everything ends, new work is served', look: everythingEnds },
  { name: 'outcome', sentence: 'every run comes out as its kind does', look: kindsComeOut },
  { name: 'servers', sentence: 'no server ends by itself', look: serversStand },
]

export function judge(evidence: Evidence): Violation[] {
  return invariants.flatMap(({ look }) => look(evidence))
}
