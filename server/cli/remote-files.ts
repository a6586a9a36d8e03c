import { z } from 'zod'
import { type FlowDetail, routes } from '#shared/api.ts'
import { NodeId } from '#shared/flow.ts'
import { elementsOf, sliceJson } from '#shared/json-text.ts'
import { type ApiClient, ApiRefusal } from './api-client.ts'
import { editorFiles } from './editor-files.ts'
import { ourFiles } from './folder-state.ts'
import { filesFrom } from './flow-files.ts'
import { indentJson } from './indent-json.ts'
import { stepFileNames } from '#shared/step-file-names.ts'

/** The workspace's shared values, as they were at the last pull. */
export const varsFile = 'vars.json'

/** Everything a pull writes, as the server has it now. */
export async function remoteFiles(client: ApiClient, flow: FlowDetail): Promise<Map<string, string>> {
  return new Map([
    ...filesFrom(flow.document),
    ...editorFiles,
    ...(await typeFiles(client, flow)),
    ...(await sampleFiles(client, flow)),
    ...(await sharedValues(client)),
  ])
}

/** The declarations that the product checks code with. */
async function typeFiles(client: ApiClient, { id }: FlowDetail): Promise<[path: string, text: string][]> {
  const { files } = await client.call(routes.getFlowTypes, { params: { id } })
  return files.flatMap(({ path, text }) => (path.startsWith('types/') && ourFiles.test(path) ? [[path, text]] : []))
}

/** What the code has as `vars`; left out for a key that may not read them. */
async function sharedValues(client: ApiClient): Promise<[path: string, text: string][]> {
  const values: [name: string, text: string][] = []
  for (let cursor: string | undefined; cursor !== '';) {
    const query = { limit: '200', ...(cursor === undefined ? {} : { cursor }) }
    const page = await client.text(routes.listVariables, { query }).catch((error: unknown) => {
      if (error instanceof ApiRefusal && error.problem.code === 'forbidden') return '{}'
      throw error
    })
    for (const variable of elementsOf(sliceJson(page, ['items']) ?? '[]'))
      values.push([sliceJson(variable, ['name']) ?? '""', sliceJson(variable, ['value']) ?? 'null'])
    cursor = z
      .string()
      .catch('')
      .parse(JSON.parse(sliceJson(page, ['nextCursor']) ?? 'null'))
  }
  if (values.length === 0) return []
  const members = values.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}:${value}`)
  return [[varsFile, `${indentJson(`{${members.join(',')}}`)}\n`]]
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
