import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import { parse, type Node } from 'acorn'
import type { TransformResult } from 'esbuild'
import type { CodeProblem } from './code-problem.ts'

/** Something the code imports, and where it says so. */
export interface CodeImport {
  specifier: string
  line: number
  column: number
}

/** Undefined when it is nested beyond the stack: the compiler's own output always parses otherwise. */
export function readModule(module: TransformResult): { problems: CodeProblem[]; imports: CodeImport[] } | undefined {
  const map = new TraceMap(module.map)
  const problems: CodeProblem[] = []
  const imports: CodeImport[] = []
  let hasDefault = false
  const placeOf = (node: Node) => {
    const { line, column } = originalPositionFor(map, node.loc?.start ?? { line: 1, column: 0 })
    return { line: line ?? 1, column: (column ?? 0) + 1 }
  }
  const look = (node: Node, isInFunction: boolean) => {
    if (node.type === 'ExportDefaultDeclaration') hasDefault = true
    if (node.type === 'ExportSpecifier' && 'exported' in node && isNamed(node.exported, 'default')) hasDefault = true
    if (/^(Import|Export)/.test(node.type) && 'source' in node && isNode(node.source)) {
      const specifier = constantOf(node.source)
      if (specifier !== undefined) imports.push({ specifier, ...placeOf(node) })
      else problems.push({ ...placeOf(node), message: 'import() takes the name of a package, written out' })
    }
    const awaits = node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && 'await' in node && node.await === true)
    if (awaits && !isInFunction)
      problems.push({ ...placeOf(node), message: 'await can only be used inside a function: put it into the default export' })
    const isFunction = /Function/.test(node.type)
    for (const child of childrenOf(node)) look(child, isInFunction || isFunction)
  }
  try {
    look(parse(module.code, { ecmaVersion: 'latest', sourceType: 'module', locations: true }), false)
  } catch {
    return undefined
  }
  if (!hasDefault) {
    problems.push({
      line: 1,
      column: 1,
      message: 'A code step needs a default export: export default async ({ trigger, steps }) => { … }',
    })
  }
  return { problems, imports }
}

function constantOf(source: Node): string | undefined {
  return 'value' in source && typeof source.value === 'string' ? source.value : undefined
}

function childrenOf(node: Node): Node[] {
  return Object.values(node).flat().filter(isNode)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function isNamed(value: unknown, name: string): boolean {
  return isNode(value) && (('name' in value && value.name === name) || ('value' in value && value.value === name))
}
