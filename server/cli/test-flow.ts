import ipaddr from 'ipaddr.js'
import { createCodeRunner, createEgress } from '#engine/index.ts'
import { connectorNodeTypes } from '#connectors/index.ts'
import { coreNodeTypes } from '#shared/core-nodes.ts'
import { nameOf } from '#shared/flow-names.ts'
import { topologicalOrder } from '#shared/graph.ts'
import { catalogFrom } from '#shared/manifest.ts'
import { flowForTest } from '../flows/step-test.ts'
import { CommandError, exitCodes } from './command-error.ts'
import type { CommandContext, CommandResult } from './command-context.ts'
import { documentFrom, flowFile } from './flow-files.ts'
import { openFolder } from './folder.ts'
import { readFolderState } from './folder-state.ts'
import { folderPackages } from './folder-packages.ts'
import { varsFile } from './remote-files.ts'
import { readJson } from './read-json.ts'
import { readSamples } from './read-samples.ts'
import { type Tested, testRecordedStep } from './test-recorded-step.ts'
import { countTested, sayCounts, sayTested } from './test-words.ts'
import { createStepTrier } from './try-step.ts'

export interface TestOptions {
  dir: string | undefined
  /** Records what steps give now, in place of comparing it. */
  isUpdate: boolean
  /** Lets code call what is not recorded. */
  isOnline: boolean
}

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
      const result = await testRecordedStep({ folder, flow, samples, trier, ...options }, id)
      tested.push(result)
      sayTested(context.terminal, nameOf(node), result)
    }
    const counts = countTested(tested)
    sayCounts(context.terminal, counts)
    return { exitCode: counts.failed > 0 ? exitCodes.found : exitCodes.done, json: { ...counts, steps: tested } }
  } finally {
    await code.stop()
  }
}

function privateRanges(environment: CommandContext['environment']): string[] {
  const text = environment['HOLDFAST_EGRESS_PRIVATE'] ?? ''
  const ranges = text.split(',').flatMap((range) => (range.trim() === '' ? [] : [range.trim()]))
  const bad = ranges.find((range) => !ipaddr.isValidCIDR(range))
  if (bad === undefined) return ranges
  throw new CommandError(exitCodes.usage, `HOLDFAST_EGRESS_PRIVATE must be address ranges such as 10.0.0.0/8; "${bad}" is none.`)
}
