import { type FlowDetail, routes } from '#shared/api.ts'
import { NodeId } from '#shared/flow.ts'
import { elementsOf, sliceJson } from '#shared/json-text.ts'
import type { ApiClient } from './api-client.ts'
import { editorFiles } from './editor-files.ts'
import { filesFrom } from './flow-files.ts'
import { indentJson } from './indent-json.ts'
import { stepFileNames } from './step-file-names.ts'

/** Everything a pull writes, as the server has it now. */
export async function remoteFiles(client: ApiClient, flow: FlowDetail): Promise<Map<string, string>> {
  return new Map([...filesFrom(flow.document), ...editorFiles, ...(await sampleFiles(client, flow))])
}

/** What each step last gave, to the letter. */
async function sampleFiles(client: ApiClient, { id, document }: FlowDetail): Promise<[path: string, text: string][]> {
  const names = stepFileNames(document.nodes.map((node) => node.id))
  const list = sliceJson(await client.text(routes.listSamples, { params: { id } }), ['items']) ?? '[]'
  return elementsOf(list).flatMap((sample) => {
    const stepId = NodeId.safeParse(JSON.parse(sliceJson(sample, ['stepId']) ?? 'null')).data
    const name = stepId === undefined ? undefined : names.get(stepId)
    const value = sliceJson(sample, ['value'])
    return name === undefined || value === undefined ? [] : [[`samples/${name}.json`, `${indentJson(value)}\n`]]
  })
}
