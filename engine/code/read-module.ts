import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import { parse, type Node } from 'acorn'
import type { TransformResult } from 'esbuild'
import type { CodeProblem } from './code-problem.ts'
import { computedPaths } from './computed-paths.ts'
import { childrenOf, isNode } from './syntax-tree.ts'

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
    const tree = parse(module.code, { ecmaVersion: 'latest', sourceType: 'module', locations: true })
    look(tree, false)
    // With packages the compiler would look for every file that could be meant, all over the disk.
    for (const { node, by } of computedPaths(tree)) {
      const message = 'require() can’t be used in code steps: import packages by name, written out'
      if (by === 'require') problems.push({ ...placeOf(node), message })
    }
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

function isNamed(value: unknown, name: string): boolean {
  return isNode(value) && (('name' in value && value.name === name) || ('value' in value && value.value === name))
}
