import { createCodeRunner, createEgress } from '#engine/index.ts'
import { connectorNodeTypes } from '#connectors/index.ts'
import { canonicalJson } from '#shared/canonical-json.ts'
import { coreNodeTypes } from '#shared/core-nodes.ts'
import { type Flow, nameOf } from '#shared/flow.ts'
import { topologicalOrder } from '#shared/graph.ts'
import { catalogFrom } from '#shared/manifest.ts'
import { flowForTest } from '../flows/step-test.ts'
import { CommandError, exitCodes } from './command-error.ts'
import type { CommandContext, CommandResult } from './command-context.ts'
import { documentFrom, flowFile } from './flow-files.ts'
import { type Folder, openFolder } from './folder.ts'
import { readFolderState } from './folder-state.ts'
import { indentJson } from './indent-json.ts'
import { excerpt, lineDifference } from './line-difference.ts'
import { folderPackages } from './folder-packages.ts'
import { placeProblem } from './place-problem.ts'
import { varsFile } from './remote-files.ts'
import { readRecordedCalls, recordedCallsText } from './recorded-calls.ts'
import { readJson } from './read-json.ts'
import { readSamples, type StepSamples } from './read-samples.ts'
import { createStepTrier, type Tried } from './try-step.ts'
import type { Terminal } from './terminal.ts'

export interface TestOptions {
  dir: string | undefined
  /** Records what steps give now, in place of comparing it. */
  isUpdate: boolean
  /** Lets code call what is not recorded. */
  isOnline: boolean
}

interface Tested {
  step: string
  status: 'passed' | 'failed' | 'recorded' | 'waits'
  message?: string
  difference?: string[]
}

const mostLines = 40
/** What a test can carry out without touching anything: what expressions alone decide, and code in the sandbox. */
const testedTypes: ReadonlySet<string> = new Set(['code', 'set', 'output', 'branch', 'switch', 'filter'])

/** Runs the steps of a folder's flow on their recorded samples, on this machine alone. */
export async function testFlow(context: CommandContext, options: TestOptions): Promise<CommandResult> {
  const folder = openFolder(context.resolve(options.dir ?? '.'))
  if ((await folder.read(flowFile)) === undefined)
    throw new CommandError(
      exitCodes.usage,
      `${folder.dir} holds no flow. Pull one first: holdfast pull <flow> ${options.dir ?? '.'}`,
    )
  const state = await readFolderState(folder)
  const flow = await documentFrom((path) => folder.read(path))
  const samples = await readSamples(folder, flow)
  const vars = (await readJson(folder, varsFile)) ?? '{}'
  const catalog = catalogFrom([...coreNodeTypes, ...connectorNodeTypes])
  const code = createCodeRunner({ mostRunners: 1 })
  try {
    const trier = createStepTrier({
      flow,
      flowId: state?.flow ?? '',
      catalog,
      code,
      packages: folderPackages(folder.dir),
      samples,
      vars,
      egress: options.isOnline ? createEgress({ allowPrivate: privateRanges(context.environment) }) : undefined,
    })
    const tested: Tested[] = []
    const isRecorded = (id: string) => samples.textOf(id) !== undefined
    const nodes = new Map(flow.nodes.map((node) => [node.id, node]))
    for (const id of topologicalOrder(flow)) {
      const node = nodes.get(id)
      if (node === undefined || !testedTypes.has(node.type)) continue
      // A first sample is made only from data that is there.
      const isNew = options.isUpdate && flowForTest(flow, id, catalog).upstreamIds.every(isRecorded)
      if (!isRecorded(id) && !isNew) continue
      const result = await testOne(folder, flow, node.id, samples, trier, options)
      tested.push(result)
      say(context.terminal, nameOf(node), result)
    }
    return summarize(context.terminal, tested)
  } finally {
    await code.stop()
  }
}

async function testOne(
  folder: Folder,
  flow: Flow,
  step: string,
  samples: StepSamples,
  trier: ReturnType<typeof createStepTrier>,
  { isUpdate, isOnline }: TestOptions,
): Promise<Tested> {
  const path = samples.callsPathOf(step)
  const calls = readRecordedCalls(path, await folder.read(path))
  const tried = await trier(step, isOnline && isUpdate ? { ...calls, fetch: [] } : calls)
  if (tried.status !== 'gave') return unfinished(flow, step, path, tried)
  const recorded = samples.textOf(step)
  const isSame = recorded !== undefined && canonicalJson(JSON.parse(recorded)) === canonicalJson(JSON.parse(tried.output))
  if (isUpdate) {
    if (isOnline && tried.fetched.length > 0) await folder.write(path, recordedCallsText({ ...calls, fetch: tried.fetched }))
    if (isSame) return { step, status: 'passed' }
    const text = `${indentJson(tried.output)}\n`
    samples.record(step, text)
    await folder.write(samples.pathOf(step), text)
    return { step, status: 'recorded' }
  }
  if (isSame) return { step, status: 'passed' }
  const difference = excerpt(lineDifference(laidOut(recorded ?? 'null'), laidOut(tried.output)), mostLines)
  return { step, status: 'failed', message: 'gave something else than was recorded (− recorded, + now):', difference }
}

function unfinished(flow: Flow, step: string, callsPath: string, tried: Exclude<Tried, { status: 'gave' }>): Tested {
  switch (tried.status) {
    case 'waits':
      return {
        step,
        status: 'waits',
        message: `waits for "${tried.name}" (${tried.kind}). Write what it gives into ${callsPath}: "waits": { "${tried.name}": … }`,
      }
    case 'failed':
      return {
        step,
        status: 'failed',
        message: tried.problems
          .map((problem) => {
            const { file, line, column, message } = placeProblem(problem, flow, '')
            return file === flowFile ? message : `${file}:${line}:${column} ${message}`
          })
          .join('\n'),
      }
  }
}

/** Keys in one order, so that only what differs in meaning is shown. */
function laidOut(text: string): string {
  return indentJson(canonicalJson(JSON.parse(text)))
}

function privateRanges(environment: CommandContext['environment']): string[] {
  return (environment['HOLDFAST_EGRESS_PRIVATE'] ?? '')
    .split(',')
    .map((range) => range.trim())
    .filter((range) => range !== '')
}

function say(terminal: Terminal, name: string, { status, message, difference = [] }: Tested): void {
  const marks = { passed: ['green', '✓'], recorded: ['green', '●'], waits: ['yellow', '…'], failed: ['red', '✗'] } as const
  const [style, mark] = marks[status]
  const words = status === 'recorded' ? ' recorded anew' : message === undefined ? '' : ` ${message}`
  terminal.say(`${terminal.styled(style, mark)} ${terminal.styled('bold', name)}${words}`)
  for (const line of difference) {
    const colour = line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : 'dim'
    terminal.say(`    ${terminal.styled(colour, line)}`)
  }
}

function summarize(terminal: Terminal, tested: Tested[]): CommandResult {
  const count = (status: Tested['status']) => tested.filter((one) => one.status === status).length
  const counts = { passed: count('passed'), failed: count('failed'), recorded: count('recorded'), waits: count('waits') }
  if (tested.length === 0)
    terminal.say('No step has a recorded sample: test it once in the editor and pull, or record with --update.')
  else {
    const parts = Object.entries(counts).filter(([name, number]) => number > 0 || name === 'passed')
    terminal.say(parts.map(([name, number]) => `${number} ${name}`).join(', '))
  }
  return { exitCode: counts.failed > 0 ? exitCodes.found : exitCodes.done, json: { ...counts, steps: tested } }
}
