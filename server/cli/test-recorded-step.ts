import { canonicalJson } from '#shared/canonical-json.ts'
import type { Flow } from '#shared/flow.ts'
import { flowFile } from './flow-files.ts'
import type { Folder } from './folder.ts'
import { indentJson } from './indent-json.ts'
import { excerpt, lineDifference } from './line-difference.ts'
import { placeProblem } from './place-problem.ts'
import type { StepSamples } from './read-samples.ts'
import { readRecordedCalls, recordedCallsText } from './recorded-calls.ts'
import type { createStepTrier, Tried } from './try-step.ts'

export interface Tested {
  step: string
  status: 'passed' | 'failed' | 'recorded' | 'waits'
  message?: string
  difference?: string[]
  /** What the code logged, where that may help. */
  logs?: string[]
}

interface RecordedTest {
  folder: Folder
  flow: Flow
  samples: StepSamples
  trier: ReturnType<typeof createStepTrier>
  isUpdate: boolean
  isOnline: boolean
}

const mostLines = 40

/** Tries a step out on what is recorded, and compares what it gives; or records that. */
export async function testRecordedStep(test: RecordedTest, step: string): Promise<Tested> {
  const { folder, flow, samples, trier, isUpdate, isOnline } = test
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
  return {
    step,
    status: 'failed',
    message: 'gave something else than was recorded (− recorded, + now):',
    difference,
    logs: tried.logs,
  }
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
        logs: tried.logs,
      }
  }
}

/** Keys in one order, so that only what differs in meaning is shown. */
function laidOut(text: string): string {
  return indentJson(canonicalJson(JSON.parse(text)))
}
