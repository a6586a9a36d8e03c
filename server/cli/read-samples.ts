import type { Flow } from '#shared/flow.ts'
import type { Folder } from './folder.ts'
import { readJson } from './read-json.ts'
import { stepFileNames } from '#shared/step-file-names.ts'

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
    const text = await readJson(folder, pathOf(id))
    if (text !== undefined) texts.set(id, text)
  }
  return {
    textOf: (step) => texts.get(step),
    record: (step, text) => void texts.set(step, text.trim()),
    pathOf,
    callsPathOf: (step) => `samples/${names.get(step) ?? step}.calls.json`,
  }
}
