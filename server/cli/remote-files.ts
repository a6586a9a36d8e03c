import { type FlowDetail, RegistryPackage, routes } from '#shared/api.ts'
import { NodeId } from '#shared/flow.ts'
import { isExactVersion } from '#shared/package-name.ts'
import { elementsOf, sliceJson } from '#shared/json-text.ts'
import { namedPackages } from '#shared/code-types/named-packages.ts'
import type { ApiClient } from './api-client.ts'
import { editorFiles } from './editor-files.ts'
import { ourFiles } from './folder-state.ts'
import { filesFrom } from './flow-files.ts'
import { indentJson } from './indent-json.ts'
import { listAll } from './list-all.ts'
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
    ...(await packageFile(client, flow)),
  ])
}

/** The declarations that the product checks code with. */
async function typeFiles(client: ApiClient, { id }: FlowDetail): Promise<[path: string, text: string][]> {
  const { files } = await client.call(routes.getFlowTypes, { params: { id } })
  return files.flatMap(({ path, text }) => (path.startsWith('types/') && ourFiles.test(path) ? [[path, text]] : []))
}

/** What the code has as `vars`; left out for a key that may not read them. */
async function sharedValues(client: ApiClient): Promise<[path: string, text: string][]> {
  const values = (await listAll(client, routes.listVariables)).map((item) => ({
    name: sliceJson(item, ['name']) ?? '""',
    value: sliceJson(item, ['value']) ?? 'null',
  }))
  if (values.length === 0) return []
  const members = values.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, value }) => `${name}:${value}`)
  return [[varsFile, `${indentJson(`{${members.join(',')}}`)}\n`]]
}

/** The packages that the code imports, as the workspace has them: `npm install` brings their types, and tests run with them. */
async function packageFile(client: ApiClient, { document }: FlowDetail): Promise<[path: string, text: string][]> {
  const named = namedPackages(document)
  if (named.length === 0) return []
  const known = (await listAll(client, routes.listPackages)).map((item) => RegistryPackage.parse(JSON.parse(item)))
  const used = known
    .filter(({ name, version }) => named.includes(name) && isExactVersion(version))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  if (used.length === 0) return []
  const dependencies = Object.fromEntries(used.map(({ name, version }) => [name, version]))
  return [['package.json', `${JSON.stringify({ private: true, dependencies }, null, 2)}\n`]]
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
