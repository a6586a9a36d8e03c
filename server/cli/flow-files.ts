import { Flow, type FlowNode } from '#shared/flow.ts'
import { canonicalJson } from '#shared/canonical-json.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import { CommandError, exitCodes } from './command-error.ts'
import { stepFileNames } from '#shared/step-file-names.ts'

export const flowFile = 'flow.json'

/**
 * A flow as files: `flow.json`, and the text of each code step in a file of its own, which `flow.json` names.
 *
 * `documentFrom` makes the same document of it again, whatever is in it. In `flow.json` a text as a step's code is
 * always the name of its file; what no file can hold (anything but a text, or one with half a character in it) is
 * there as `{ "inline": … }`.
 */
export function filesFrom(document: Flow): Map<string, string> {
  const files = new Map<string, string>()
  const pathOf = codePaths(document)
  const nodes = document.nodes.map((node) => {
    const { code } = node.params
    const path = pathOf(node)
    if (path === undefined || code === undefined) return node
    // A draft may hold anything, two steps of one name too: the first has the file.
    if (typeof code !== 'string' || !code.isWellFormed() || files.has(path)) return withCode(node, { inline: code })
    files.set(path, code)
    return withCode(node, path)
  })
  return new Map([[flowFile, flowText({ ...document, nodes })], ...files])
}

/** Puts a flow together from its files. Throws CommandError naming the file and what is wrong with it. */
export async function documentFrom(readFile: (path: string) => Promise<string | undefined>): Promise<Flow> {
  const document = readFlow(await readFile(flowFile))
  const pathOf = codePaths(document)
  const nodes: FlowNode[] = []
  for (const node of document.nodes) {
    const path = pathOf(node)
    const { code } = node.params
    if (path === undefined || code === undefined) nodes.push(node)
    else if (isJsonObject(code) && Object.keys(code).join() === 'inline') nodes.push(withCode(node, code['inline'] ?? null))
    else nodes.push(withCode(node, await codeOf(node, code, path, readFile)))
  }
  return { ...document, nodes }
}

async function codeOf(
  { id }: FlowNode,
  named: Json,
  path: string,
  readFile: (path: string) => Promise<string | undefined>,
): Promise<string> {
  if (named !== path)
    throw new CommandError(
      exitCodes.usage,
      `The code of step "${id}" belongs into ${path}, and ${flowFile} must name that file: "code": "${path}".`,
    )
  const text = await readFile(path)
  if (text !== undefined) return text
  throw new CommandError(
    exitCodes.usage,
    `${path} is not there, and ${flowFile} says it holds the code of step "${id}". Put it back with \`holdfast pull\`, or take the step out of ${flowFile}.`,
  )
}

/** Tells where a step's code lies; undefined for a step that has none. */
export function codePaths(document: Flow): (node: FlowNode) => string | undefined {
  const names = stepFileNames(document.nodes.map(({ id }) => id))
  return ({ id, type }) => (type === 'code' ? `steps/${names.get(id) ?? id}.ts` : undefined)
}

/** `flow.json` written as we write it, so that it differs only where its meaning does; undefined when it can't be read. */
export function tidyFlowText(text: string): string | undefined {
  try {
    const value: Json = JSON.parse(text)
    return flowText(value)
  } catch {
    return undefined
  }
}

function flowText(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`
}

function withCode(node: FlowNode, code: Json): FlowNode {
  return { ...node, params: { ...node.params, code } }
}

function readFlow(text: string | undefined): Flow {
  const wrong = (what: string, cause?: unknown) => new CommandError(exitCodes.usage, `${flowFile} ${what}`, cause)
  if (text === undefined) throw wrong('is not there. Put it back with `holdfast pull`.')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw wrong(`can't be read: ${cause instanceof Error ? cause.message : 'it is not JSON'}.`, cause)
  }
  const parsed = Flow.safeParse(value)
  if (!parsed.success) {
    const issues = parsed.error.issues.slice(0, 20).map(({ path, message }) => `\n  ${path.join('.')}: ${message}`)
    throw wrong(`is not a flow:${issues.join('')}`)
  }
  const unknown = findUnknown(value, parsed.data, '')
  if (unknown !== undefined)
    throw wrong(`has "${unknown}", which is no part of a flow and would be lost. Take it out, or correct its name.`)
  return parsed.data
}

/** The first thing that was left out when a document was read. */
export function findUnknown(given: unknown, read: unknown, path: string): string | undefined {
  if (Array.isArray(given) && Array.isArray(read)) {
    for (const [index, item] of given.entries()) {
      const found = findUnknown(item, read[index], `${path}[${index}]`)
      if (found !== undefined) return found
    }
  } else if (isJsonObject(given) && isJsonObject(read)) {
    for (const [key, member] of Object.entries(given)) {
      const name = path === '' ? key : `${path}.${key}`
      if (!Object.hasOwn(read, key)) return name
      const found = findUnknown(member, read[key], name)
      if (found !== undefined) return found
    }
  } else if (canonicalJson(given) !== canonicalJson(read)) return path
  return undefined
}
