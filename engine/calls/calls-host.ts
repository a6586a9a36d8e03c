import type { StepError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import type { StepFact, StepWait } from '../state/journal.ts'
import type { CallOutcome, CodeCalls, CodeRequest } from '../ports.ts'
import type { CallLog, CallState } from './call-log.ts'

export type Performed = { result: JsonText } | { isCodes: true } | { wait: StepWait; open?: () => void }

/** The run as the code of one of its steps needs it: its journal, its clock, and what it may reach. */
export interface CallsHost {
  /** Of the code step. */
  readonly path: string
  readonly stepId: string
  readonly facts: CodeCalls['facts']
  readonly log: CallLog
  /** What ended calls gave, by the event that has it. */
  readonly results: ReadonlyMap<number, JsonText>
  /** Code without `step` lives by the time and chance of the moment: what it asks for is told apart by name alone. */
  readonly comparesOptions: boolean
  now(): number
  random(): number
  /** The idempotency key of what is done under that path. */
  keyOf(path: string): string
  /** Adds to the journal; `log` follows at once. */
  append(fact: StepFact & { path: string; attempt: number }, payload?: JsonText | null): void
  /** Records how an attempt at it ended. */
  end(call: CallState, outcome: { result: JsonText } | { error: StepError; retryAt: number | null }): void
  /** What the request waits for, or undefined when it is for something to be done. */
  waitOf(request: CodeRequest, path: string): StepWait | undefined
  /** A wait was opened: it is shown. */
  opened(call: CallState): void
  /** Sees to it that a wait ends. */
  watch(call: CallState): void
  /** Whether the code is being asked about an event. */
  isMatching(): boolean
  matched(call: CallState, found: boolean | Error): void
  /** What the decision to make an attempt says beside that; `call` is there when it was decided before. */
  decisionOf(request: CodeRequest, call: CallState | undefined): { effect?: true; child?: string }
  /** Does what is asked for. It may be that the code has the right and the duty to do it, or that it has to wait now. */
  perform(call: CallState, request: CodeRequest, signal: AbortSignal): Promise<Performed>
  endOnce(call: CallState, request: CodeRequest, outcome: { result: JsonText } | { error: Error }): Promise<Performed>
  /** The value of a secret as JSON text, for the code and nobody else. */
  openSecret(name: string): Promise<JsonText>
  /** The bytes of a file, as code is given them. */
  openFile(id: string): Promise<CallOutcome>
  /** Whether an error is one for the code, rather than the end of the attempt. */
  isAnswer(error: unknown): boolean
  /** Calls back at that time, unless the attempt is over by then. */
  later(at: number, act: () => void): void
  /** Whether the run begins nothing new. */
  isStopping(): boolean
  /** The attempt is over. */
  closed(): void
}
