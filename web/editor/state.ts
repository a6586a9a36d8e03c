import type { CopiedSteps } from './commands/copied-steps.ts'
import type { z } from 'zod'
import type { FlowDetail, Problem as ProblemSchema, Sample as SampleSchema } from '#shared/api.ts'
import type { Flow } from '#shared/flow.ts'
import type { Catalog } from '#shared/manifest.ts'
import type { Patch } from './document.ts'
import type { History } from './history.ts'

/** A problem as the server tells it; the compiler's own fit in. */
export type Problem = z.infer<typeof ProblemSchema>
export type Sample = z.infer<typeof SampleSchema>

export type StepState =
  | 'idle'
  | 'unfinished'
  | 'running'
  | 'worked'
  | 'failed'
  | 'waiting'
  | 'needs-you'
  | 'stale'
  | 'off'
  | 'not-reached'

/** How a step fares: in a test, or in the run that is shown. */
export interface StepProgress {
  state: StepState
  count?: number
  line3?: string
  /** How what its code asked for fares, by `codeStepKey`. */
  inside?: ReadonlyMap<string, StepProgress>
}

export type InspectorTab = 'setup' | 'options' | 'notes'
export type DrawerTab = 'in' | 'out' | 'log' | 'earlier'
export type EditorDialog = 'palette' | 'publish' | 'settings' | 'connect' | 'disconnect' | 'shortcuts'
/** What the canvas is asked to show; carried out by the canvas, which alone knows the zoom. */
export type ViewRequest = 'in' | 'out' | 'actual' | 'fit' | 'selection'

export interface Point {
  x: number
  y: number
}

/** Where a step that is chosen from a list will go. */
export type AddPlace =
  | { kind: 'start' }
  | { kind: 'after'; source: string; handle: string; at?: Point }
  | { kind: 'line'; line: string }
  | { kind: 'inside'; parent: string }
  | { kind: 'free'; at: Point }
  | { kind: 'replace'; nodeId: string }

/** Mine and of this moment: not saved with the flow, not undone. */
export interface Session {
  /** Steps, the last one chosen last: commands that need one step take that. */
  selection: readonly string[]
  /** What is chosen of the steps inside a step's code, by `codeStepKey`. */
  inside: { id: string; key: string } | undefined
  /** The line that is selected, as `edgeKey` names it. */
  line: string | undefined
  /** The step whose set-up is open beside the canvas. */
  openStepId: string | undefined
  inspectorTab: InspectorTab
  /** `writing` is a step whose sample somebody asked to write. */
  drawer: { open: boolean; tab: DrawerTab; writing?: string }
  panel: 'add' | 'outline' | undefined
  /** The list of steps floating at a place on the canvas, and what a choice from any list does. */
  search: { place: AddPlace; at: Point } | undefined
  addPlace: AddPlace | undefined
  dialog: EditorDialog | undefined
  /** The step whose name is being typed on its card. */
  renaming: string | undefined
  keepTidy: boolean
  /** While a line is being drawn: where it may end. */
  connecting: { source: string; handle: string; allowed: ReadonlySet<string> } | undefined
  /** Where the steps under the pointer are right now; becomes a move when they are let go. */
  dragging: ReadonlyMap<string, Point> | undefined
  view: { request: ViewRequest; serial: number } | undefined
  /** Read out to people who don't see the canvas. */
  announcement: { text: string; serial: number }
  /** A field of the inspector somebody was sent to from a problem. */
  focusParam: { nodeId: string; param: string | undefined; serial: number } | undefined
  /** Steps and fields of which it is said what they lack; see `isSaidAtPlace`. */
  attended: ReadonlySet<string>
  /** A line of a step's code that is to be shown; forgotten once it is. */
  codeLine: { stepId: string; line: number } | undefined
  /** The packages code can import, as far as known here: with others there are other problems. */
  packages: string
  /** Asks the inspector to test the open step. */
  testRequest: number
  /** How the code of the open step is shown: over the whole page, and beside what is live. */
  code: { isFull: boolean; isComparing: boolean }
}

/** What is known about the document from elsewhere: tests, runs, checks. Never saved, never undone. */
export interface Overlay {
  steps: ReadonlyMap<string, StepProgress>
  /** Lines that were taken, by `edgeKey`. */
  taken: ReadonlySet<string>
  samples: ReadonlyMap<string, Sample>
  problems: readonly Problem[]
  /** The first problem of each step. */
  problemOf: ReadonlyMap<string, Problem>
}

export type SaveState =
  | { kind: 'saved' }
  | { kind: 'saving' }
  | { kind: 'offline' }
  /** Somebody else saved in between: nothing is sent until the person decides. */
  | { kind: 'conflict' }
  /** The server doesn't take it and says why. */
  | { kind: 'refused'; message: string }

/** What the drawing of a flow needs, in the editor and in a run alike. */
export interface CanvasState {
  readOnly: boolean
  catalog: Catalog
  document: Flow
  session: Pick<Session, 'selection' | 'inside' | 'line' | 'renaming' | 'connecting' | 'dragging' | 'keepTidy' | 'search'>
  overlay: Pick<Overlay, 'steps' | 'taken' | 'problemOf'>
}

export type FlowFacts = Omit<FlowDetail, 'document'>

/** What the commands need of the languages steps are written in; it comes a moment after the canvas, which can be used without. */
export interface Language {
  renameReferences: (text: string, from: string, to: string) => string
  /** The steps a text holds, or undefined when it is some other text. */
  readCopied: (text: string) => CopiedSteps | undefined
}

export interface EditorState extends CanvasState {
  /** The person's role lets them change flows. `readOnly` can be true all the same, as on a phone. */
  mayEdit: boolean
  flow: FlowFacts
  /** The document that is live, when there is one and it is known. */
  live: Flow | undefined
  session: Session
  overlay: Overlay
  history: History
  save: SaveState
  language: Language | undefined
}

/** What a command wants: a change of the document, of the session, words for the live region. */
export interface Change {
  patch?: Patch
  session?: Partial<Session>
  announce?: string
  /** Changes with the same key, close together, are one entry of the history. */
  mergeKey?: string
  /** Step positions are meant as they are: keeping tidy stays out of it. */
  placed?: boolean
  /** Goes one entry of the history back or on again. */
  travel?: 'past' | 'future'
}
