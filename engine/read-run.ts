import type { Json, JsonText } from '#shared/json.ts'
import type { Run, RunStep, RunWait } from '#shared/run.ts'
import type { Database } from './db/database.ts'
import { cursorPlace } from './cursor-place.ts'
import { findRun, listWaits, type ShownWait } from './db/find-run.ts'
import { loadJournalAfter } from './db/load-journal-after.ts'
import { loadPayloads, loadTrigger } from './db/load-payloads.ts'
import { instant, type ShownRun, summaryFromRow } from './db/run-row.ts'
import { renderInput } from './evaluate-step.ts'
import type { Page } from './engine-api.ts'
import type { PlanIndex } from './plan-index.ts'
import { expressionRun, scopeAt, type ScopeFacts } from './scope.ts'
import type { NodeState, RunState } from './state.ts'
import { createStepsView, type StepView } from './step-view.ts'
import { errorOutput } from './owned-run.ts'

export interface Reader {
  database: Database
  indexOf(planHash: string): Promise<PlanIndex>
  signingKeys: readonly Uint8Array[]
  hooksUrl: string
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
    loadOutput(reader.database, workspaceId, row),
    row.finishedAt === null ? listWaits(reader.database, workspaceId, runId) : [],
  ])
  return {
    ...summaryFromRow(row),
    trigger,
    output,
    waits: waits.map((wait) => waitFromRow(reader, row, wait)),
  }
}

export function waitFromRow(reader: Reader, row: ShownRun, { path, kind, name, openedAt, dueAt }: ShownWait): RunWait {
  const due = dueAt === null ? undefined : instant(dueAt)
  const isCall = kind === 'call'
  const links = expressionRun({
    runId: row.id,
    flowId: row.flowId,
    version: row.version ?? 'draft',
    startedAt: row.createdAt,
    signingKeys: reader.signingKeys,
    hooksUrl: reader.hooksUrl,
  })
  return {
    path,
    kind,
    ...(name === null ? {} : { name }),
    ...(isCall ? { url: links.resumeUrl(path) } : {}),
    ...(due === undefined ? {} : isCall ? { expiresAt: due } : { until: due }),
    since: instant(openedAt),
  }
}

/** The output of a finished run as JSON text; of a step that failed and went on, what it left behind. */
export async function loadOutput(database: Database, workspaceId: string, run: ShownRun): Promise<JsonText> {
  if (run.outputSeq === null) return 'null'
  const stored = (await loadPayloads(database, workspaceId, run.id, [run.outputSeq])).get(run.outputSeq)
  if (stored !== undefined) return stored
  const [event] = await loadJournalAfter(database, workspaceId, run.id, run.outputSeq - 1)
  return event?.kind === 'step.failed' ? JSON.stringify({ error: event.data.error }) : 'null'
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
  const index = await reader.indexOf(row.planHash)
  const view = createStepsView(index)
  const events = await loadJournalAfter(reader.database, workspaceId, runId, -1)
  for (const event of events) view.add(event)
  const all = orderOf(view.steps)
  const shown = all.filter(
    (step) =>
      (page.status === undefined || step.status === page.status) &&
      (page.parent === undefined || step.path.startsWith(`${page.parent}[`) || step.path.startsWith(`${page.parent}#`)),
  )
  const start = startOf(shown, page)
  const items = shown.slice(start, start + page.limit)
  const [created] = events
  const vars = created?.kind === 'run.created' ? created.data.vars : undefined
  const withData = await loadStepData(reader, workspaceId, row, { index, state: view.state, vars, steps: items })
  return { items: withData, nextCursor: start + page.limit < shown.length ? String(start + page.limit) : null }
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
  index: PlanIndex
  state: RunState
  vars: JsonText | undefined
  steps: StepView[]
}

async function loadStepData(reader: Reader, workspaceId: string, row: ShownRun, folded: Folded): Promise<ExactStep[]> {
  const { state, index, steps } = folded
  const nodes = steps.map((step) => state.nodes.get(step.path))
  const seqs = new Set<number>()
  for (const node of nodes) for (const seq of node ? seqsOf(state, node) : []) seqs.add(seq)
  const [payloads, trigger] = await Promise.all([
    loadPayloads(reader.database, workspaceId, row.id, [...seqs]),
    loadTrigger(reader.database, workspaceId, row.id, row.requestId),
  ])
  const outputs = new Map<string, JsonText>()
  for (const { id } of index.plan.steps) {
    const node = state.nodes.get(id)
    const output = node && outputOf(node, payloads)
    if (output !== undefined) outputs.set(id, output)
  }
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
      input: node ? inputOf(node, state, facts, outputs, payloads) : 'null',
      output: outputs.get(step.path) ?? 'null',
    }
  })
}

function seqsOf(state: RunState, node: NodeState): number[] {
  const seqs = node.step.reads.flatMap((id) => state.nodes.get(id)?.endSeq ?? [])
  if (node.endSeq !== undefined) seqs.push(node.endSeq)
  if (node.decided && node.step.runs === 'action') seqs.push(node.decided.seq)
  return seqs
}

function outputOf(node: NodeState, payloads: ReadonlyMap<number, JsonText>): JsonText | undefined {
  if (node.status !== 'succeeded' || node.endSeq === undefined) return undefined
  if (node.error) return errorOutput(node)
  const stored = payloads.get(node.endSeq)
  // What a `respond` step stores is the answer it sent.
  if (node.step.type === 'respond' && stored !== '{"sent":false}') return '{"sent":true}'
  return stored
}

/**
 * What the step was given. An action's is stored; the others' is worked out again, which gives the same, because it
 * is a function of what the journal said when the step was decided.
 */
function inputOf(
  node: NodeState,
  state: RunState,
  facts: ScopeFacts,
  outputs: ReadonlyMap<string, JsonText>,
  payloads: ReadonlyMap<number, JsonText>,
): JsonText {
  const { step, decided } = node
  if (!decided || step.disabled) return 'null'
  if (step.runs === 'action') return payloads.get(decided.seq) ?? 'null'
  const scope = scopeAt(facts, state, outputs, decided)
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
