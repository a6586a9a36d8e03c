import type { SeenRun } from '../checker/evidence.ts'
import type { Answer, Ask } from '../client.ts'
import type { LedgerCall } from '../ledger/ledger-call.ts'
import type { LedgerManners } from '../ledger/ledger-call.ts'
import type { Random } from '../random.ts'
import type { Told } from '../told.ts'

/** One kind of flow under load: its document, how a run of it is driven from outside, and what must have come of it. */
export interface FlowKind {
  name: string
  /** `version` is in what the ledger is told, so that steps of two versions can be told apart. */
  document(place: FlowPlace): object
  drive(drive: Drive): Promise<void>
  /** What is wrong with a run of this kind, each in a sentence; beyond what holds for every run. */
  judge(seen: SeenRun): string[]
  /** What is wrong with all runs of this kind together, and with what callers were told of them. */
  judgeAll?(all: readonly SeenRun[], told: readonly Told[]): string[]
  /** How often it is driven beside the others; 1 when absent. */
  weight?: number
  /** Its runs are started by runs of other kinds, never from outside. */
  isPassive?: true
  /** Its flow may be paused under load: whoever starts it needs no run to go on with. */
  mayPause?: true
  /** Its flow may be turned off under load, and what is kept meanwhile sent through afterwards. */
  isDrained?: true
  /** The tag as an expression of its runs; `trigger.body.tag` when absent. */
  tagIs?: string
  /** How many of its runs may be running at any instant, when its settings say so. */
  limit?: number
}

export interface FlowPlace {
  version: number
  /** The address of a step's call to the ledger, with the run's tag as an expression. */
  ledger(step: string, manners?: LedgerManners): string
  /** The address of the list that new items of this kind are put in. */
  list: string
  /** The id of the flow of another kind, for flows that call flows. */
  flowId(kind: string): string
}

/** One driven run, from the outside. */
export interface Drive {
  readonly tag: string
  readonly kind: string
  readonly flowId: string
  readonly random: Random
  /** No more faults come, or the time to wait is over: loops end. */
  readonly isOver: () => boolean
  /**
   * Calls the flow's webhook with the tag in the body. Under a key it is sent again until an answer comes, as senders
   * do, and now and then twice at once; without one it is sent once, and may have been heard or not. `verbatim` is
   * added to the body as it is.
   */
  webhook(body?: object, how?: { key?: boolean; timeoutMs?: number; verbatim?: string }): Promise<Answer>
  /** Starts a run through the API under a key, until it is told which. Undefined: never was. */
  start(input?: object, more?: object): Promise<string | undefined>
  /** Asks until there is an answer that is not about the moment: no answer, 429 and 5xx are asked again. */
  insist(
    about: {
      what: 'resume' | 'signal' | 'event' | 'approve' | 'cancel' | 'retry' | 'replay' | 'other'
      runId?: string
      key?: string
      sent?: string
    },
    path: string,
    ask: Ask,
  ): Promise<Answer>
  /** Puts an item into the kind's list outside. */
  putInList(item: object): Promise<void>
  /** Hands in a mail to the flow with the tag as its subject, until somebody has taken it. */
  mail(mail: { text: string; attachment: string }): Promise<void>
  /** The run once it is as asked; undefined when that does not come. */
  until(runId: string, is: (run: ShownRun) => boolean, withinMs?: number): Promise<ShownRun | undefined>
  /** The first call of this run's step to the ledger, once there is one. */
  untilCalled(step: string, withinMs?: number): Promise<LedgerCall | undefined>
  sleep(ms: number): Promise<void>
}

/** What the API says of a run, as far as drivers look. */
export interface ShownRun {
  id: string
  status: string
  output: unknown
  waits: { path: string; kind: string; since: string; url?: string; name?: string; id?: string }[]
}
