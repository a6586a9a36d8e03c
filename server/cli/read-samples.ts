import type { Flow } from '#shared/flow.ts'
import { CommandError, exitCodes } from './command-error.ts'
import type { Folder } from './folder.ts'
import { stepFileNames } from './step-file-names.ts'

/** What the steps of a flow last gave, from the folder's files. */
export interface StepSamples {
  textOf(step: string): string | undefined
  /** Steps tested afterwards read this. */
  record(step: string, text: string): void
  pathOf(step: string): string
  /** Where it is written down what a code step met outside. */
  callsPathOf(step: string): string
}

export async function readSamples(folder: Folder, flow: Flow): Promise<StepSamples> {
  const names = stepFileNames(flow.nodes.map(({ id }) => id))
  const pathOf = (step: string) => `samples/${names.get(step) ?? step}.json`
  const texts = new Map<string, string>()
  for (const { id } of flow.nodes) {
    const text = await folder.read(pathOf(id))
    if (text === undefined) continue
    try {
      JSON.parse(text)
    } catch (cause) {
      const what = cause instanceof Error ? cause.message : ''
      throw new CommandError(exitCodes.usage, `${pathOf(id)} is not JSON: ${what}`, cause)
    }
    texts.set(id, text.trim())
  }
  return {
    textOf: (step) => texts.get(step),
    record: (step, text) => void texts.set(step, text.trim()),
    pathOf,
    callsPathOf: (step) => `samples/${names.get(step) ?? step}.calls.json`,
  }
}
