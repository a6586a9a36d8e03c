import { isAppError } from '#shared/errors.ts'
import type { Json, JsonText } from '#shared/json.ts'
import { elementsOf } from '#shared/json-text.ts'
import type { Run, RunStep, RunWait, StepsSummary } from '#shared/run.ts'
import { findCall } from '../keep/code-state.ts'
import type { Database } from '../db/database.ts'
import { cursorPlace } from './cursor-place.ts'
import { findRun, listWaits, type ShownWait } from '../db/find-run.ts'
import { loadPayloads } from '../db/load-payloads.ts'
import { loadQuestions } from '../db/load-questions.ts'
import { loadTrigger } from '../db/load-trigger.ts'
import { instant, type ShownRun, summaryFromRow } from '../db/run-row.ts'
import { renderInput } from '../run/evaluate-step.ts'
import type { Page } from '../engine-api.ts'
import { findOutputIn } from '../state/find-output.ts'
import { askedInput } from './asked-input.ts'
import type { FoldedRuns } from './folded-runs.ts'
import type { StepWait } from '../state/journal.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import { expressionRun, type KnownData, scopeAt, type ScopeFacts } from '../run/scope.ts'
import { findVisible, getScope, type NodeState, type RunState, type Scope } from '../state/run-state.ts'
import type { StepView } from './step-view.ts'
import { summarizeSteps } from './summarize-steps.ts'
import { endParts, outputParts, outputText, type Part } from '../state/step-output.ts'

export interface Reader {
  database: Database
  indexOf(planHash: string): Promise<PlanIndex>
  folded: FoldedRuns
  signingKeys: readonly Uint8Array[]
  hooksUrl: string
  publicUrl?: string | undefined
}

/** Data of flows as text, to the letter as it was recorded. */
type Exact<T extends object, K extends keyof T> = Omit<T, K> & { [P in K]: JsonText }
export type ExactRun = Exact<Run, 'trigger' | 'output'>
export type ExactStep = Exact<RunStep, 'input' | 'output'>

export function runFromExact(run: ExactRun): Run {
  return { ...run, trigger: parse(run.trigger), output: parse(run.output) }
}

export function stepFromExact(step: ExactStep): RunStep {
  return { ...step, input: parse(step.input), output: parse(step.output) }
}

/** The whole as one JSON text; what is data of the flow's stays as it is. */
export function textFromExactRun({ trigger, output, ...rest }: ExactRun): JsonText {
  return `${JSON.stringify(rest).slice(0, -1)},"trigger":${trigger},"output":${output}}`
}

export function textFromExactSteps({ items, nextCursor }: Page<ExactStep>): JsonText {
  const texts = items.map(
    ({ input, output, ...rest }) => `${JSON.stringify(rest).slice(0, -1)},"input":${input},"output":${output}}`,
  )
  return `{"items":[${texts.join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`
}

/** One run with its data and what it waits for. */
export async function readRun(reader: Reader, workspaceId: string, runId: string): Promise<ExactRun | undefined> {
  const row = await findRun(reader.database, workspaceId, runId)
  if (!row) return undefined
  const [trigger, output, waits] = await Promise.all([
    loadTrigger(reader.database, workspaceId, runId, row.requestId),
    loadOutput(reader, workspaceId, row),
    row.finishedAt === null ? listWaits(reader.database, workspaceId, runId) : [],
  ])
  return {
    ...summaryFromRow(row),
    trigger,
    output,
    waits: waits.map((wait) => waitFromRow(reader, row, wait)),
    requestId: row.requestId,
  }
}

export function waitFromRow(reader: Reader, row: ShownRun, { path, kind, name, openedAt, dueAt, child }: ShownWait): RunWait {
  const due = dueAt === null ? undefined : instant(dueAt)
  const isCall = kind === 'call'
  // Something else may end it before then.
  const hasDeadline = isCall || kind === 'event' || kind === 'approval'
  const links = expressionRun({
    runId: row.id,
    flowId: row.flowId,
    version: row.version ?? 'draft',
    startedAt: row.createdAt,
    signingKeys: reader.signingKeys,
    hooksUrl: reader.hooksUrl,
    publicUrl: reader.publicUrl,
  })
  return {
    path,
    kind,
    ...(name === null ? {} : { name }),
    ...(isCall ? { url: links.resumeUrl(path) } : {}),
    ...(kind === 'approval' ? { url: links.approvalUrl(path) } : {}),
    ...(due === undefined ? {} : hasDeadline ? { expiresAt: due } : { until: due }),
    ...(child === null ? {} : { childRunId: child }),
    since: instant(openedAt),
  }
}

/** The output of a finished run as JSON text; of a step that failed and went on, what it left behind. */
export async function loadOutput(reader: Reader, workspaceId: string, run: ShownRun): Promise<JsonText> {
  const { database } = reader
  if (run.outputSeq === null) return 'null'
  const stored = (await loadPayloads(database, workspaceId, run.id, [run.outputSeq])).get(run.outputSeq)
  if (stored !== undefined) return stored
  return reader.folded.look(workspaceId, run, async ({ view: { state } }) => {
    const node = findOutputIn(state, getScope(state, ''), state.index.bodyOf(undefined).steps)
    if (node?.endSeq !== run.outputSeq) return 'null'
    const payloads = await loadPayloads(
      database,
      workspaceId,
      run.id,
      outputParts(state, node).map(({ seq }) => seq),
    )
    return shownOutput(state, node, payloads)
  })
}

/** What can't be put together is no reason to show nothing of the run: the reason stands in its place. */
function shownOutput(state: RunState, node: NodeState, payloads: ReadonlyMap<number, JsonText>): JsonText {
  try {
    return outputText(state, node, (seq) => payloads.get(seq))
  } catch (error) {
    if (!isAppError(error)) throw error
    return JSON.stringify({ error: { code: error.code, message: error.message } })
  }
}

/** Steps in the order they began, with their data. The cursor is a place in that order. */
export async function readSteps(
  reader: Reader,
  workspaceId: string,
  runId: string,
  page: { status?: string; parent?: string; around?: 'failed'; limit: number; cursor?: string },
): Promise<Page<ExactStep>> {
  const row = await findRun(reader.database, workspaceId, runId)
  if (!row) return { items: [], nextCursor: null }
  return reader.folded.look(workspaceId, row, async ({ view, vars }) => {
    const all = orderOf(view.steps)
    const shown = all.filter(
      (step) =>
        (page.status === undefined || step.status === page.status) &&
        (page.parent === undefined || step.path.startsWith(`${page.parent}[`) || step.path.startsWith(`${page.parent}#`)),
    )
    const start = startOf(shown, page)
    const items = shown.slice(start, start + page.limit)
    const withData = await loadStepData(reader, workspaceId, row, { state: view.state, vars, steps: items, waits: view.waits })
    return { items: withData, nextCursor: start + page.limit < shown.length ? String(start + page.limit) : null }
  })
}

/** How many steps there are of each status; undefined when there is no such run. */
export async function readStepsSummary(reader: Reader, workspaceId: string, runId: string): Promise<StepsSummary | undefined> {
  const row = await findRun(reader.database, workspaceId, runId)
  return row && reader.folded.look(workspaceId, row, ({ view }) => summarizeSteps(view.steps.values()))
}

/** Those that began, in that order; then those passed over. */
function orderOf(steps: ReadonlyMap<string, StepView>): StepView[] {
  const all = [...steps.values()]
  return [...all.filter((step) => step.startedAt !== null), ...all.filter((step) => step.startedAt === null)]
}

function startOf(steps: StepView[], page: { around?: 'failed'; limit: number; cursor?: string }): number {
  if (page.cursor !== undefined) return cursorPlace(page.cursor)[0]
  if (page.around !== 'failed') return 0
  const failed = steps.findIndex((step) => step.status === 'failed')
  return Math.max(0, failed - Math.floor(page.limit / 2))
}

interface Folded {
  state: RunState
  vars: JsonText | undefined
  steps: StepView[]
  waits: ReadonlyMap<string, StepWait>
}

async function loadStepData(reader: Reader, workspaceId: string, row: ShownRun, folded: Folded): Promise<ExactStep[]> {
  const { state, steps } = folded
  const seqs = new Set<number>()
  for (const { path } of steps) {
    const node = state.nodes.get(path)
    if (node) addSeqs(state, node, seqs)
    const seq = resultSeqOf(state, path)
    if (seq !== undefined) seqs.add(seq)
  }
  const questions = steps.filter(({ path }) => folded.waits.get(path)?.kind === 'approval').map(({ path }) => path)
  const [payloads, trigger, questionOf] = await Promise.all([
    loadPayloads(reader.database, workspaceId, row.id, [...seqs]),
    loadTrigger(reader.database, workspaceId, row.id, row.requestId),
    loadQuestions(reader.database, workspaceId, row.id, questions),
  ])
  const known = knownData(state, payloads)
  const facts: ScopeFacts = {
    runId: row.id,
    flowId: row.flowId,
    version: row.version ?? 'draft',
    startedAt: row.createdAt,
    signingKeys: reader.signingKeys,
    hooksUrl: reader.hooksUrl,
    trigger,
    vars: folded.vars,
  }
  return steps.map((step) => {
    const node = state.nodes.get(step.path)
    return {
      ...step,
      input: node ? inputOf(node, state, facts, known, payloads) : askedText(step.path),
      output: node?.status === 'succeeded' ? shownOutput(state, node, payloads) : resultOf(step.path),
    }
  })

  function askedText(path: string): JsonText {
    return JSON.stringify(askedInput(folded.waits.get(path), questionOf.get(path)))
  }

  function resultOf(path: string): JsonText {
    const seq = resultSeqOf(state, path)
    return (seq === undefined ? undefined : payloads.get(seq)) ?? 'null'
  }
}

/** The event that has what code got for something it asked for. */
function resultSeqOf(state: RunState, path: string): number | undefined {
  const call = findCall(state, path)?.call
  return call?.status === 'succeeded' ? call.endSeq : undefined
}

/** The events whose payloads tell what a step was given and what it gave. */
function addSeqs(state: RunState, node: NodeState, seqs: Set<number>): void {
  const { step, scope, decided } = node
  const add = (parts: readonly Part[]) => {
    for (const { seq } of parts) seqs.add(seq)
  }
  if (node.status === 'succeeded') add(outputParts(state, node))
  if (node.loop) seqs.add(node.loop.seq)
  if (decided && step.runs === 'action') {
    seqs.add(decided.seq)
    return
  }
  for (const id of step.reads) {
    const read = findVisible(state, scope, id)
    if (read?.status === 'succeeded') add(outputParts(state, read))
  }
  for (let at: Scope | undefined = scope; at?.loop; at = at.loop.scope) {
    const { loop } = at.loop
    if (!loop) continue
    seqs.add(loop.seq)
    const before = loop.ends[at.index - 1]
    if (before && at.loop.step.type === 'repeat') add(endParts(state, before))
  }
}

/** What was loaded, by the step it is of. Each list is put together when it is asked for, and once. */
function knownData(state: RunState, payloads: ReadonlyMap<number, JsonText>): KnownData {
  const outputs = new Map<string, JsonText>()
  const items = new Map<string, JsonText[]>()
  return {
    outputs: {
      get(path) {
        const known = outputs.get(path)
        if (known !== undefined) return known
        const node = state.nodes.get(path)
        if (node?.status !== 'succeeded') return undefined
        const text = outputText(state, node, (seq) => payloads.get(seq))
        outputs.set(path, text)
        return text
      },
    },
    items: {
      get(path) {
        const known = items.get(path)
        const seq = state.nodes.get(path)?.loop?.seq
        const list = seq === undefined ? undefined : payloads.get(seq)
        if (known || list === undefined) return known
        const elements = elementsOf(list)
        items.set(path, elements)
        return elements
      },
    },
  }
}

/**
 * What the step was given. An action's is stored; the others' is worked out again, which gives the same, because it
 * is a function of what the journal said when the step was decided.
 */
function inputOf(
  node: NodeState,
  state: RunState,
  facts: ScopeFacts,
  known: KnownData,
  payloads: ReadonlyMap<number, JsonText>,
): JsonText {
  const { step, decided } = node
  if (!decided || step.disabled) return 'null'
  if (step.runs === 'action') return payloads.get(decided.seq) ?? 'null'
  if (node.loop) return step.type === 'forEach' ? `{"items":${payloads.get(node.loop.seq) ?? '[]'}}` : '{}'
  const scope = scopeAt(facts, state, known, decided, node.scope)
  try {
    if (step.runs === 'engine') return renderInput(step, scope)
    const { inputs } = step.params
    if (inputs !== undefined) return renderInput({ ...step, params: { inputs } }, scope)
    const steps = step.reads.flatMap((id) => {
      const output = scope.step(id)
      return output === undefined ? [] : [`${JSON.stringify(id)}:${output}`]
    })
    return `{"trigger":${facts.trigger},"steps":{${steps.join(',')}}}`
  } catch {
    // The step failed because its input could not be made: its error says so.
    return 'null'
  }
}

function parse(text: JsonText): Json {
  return JSON.parse(text)
}
