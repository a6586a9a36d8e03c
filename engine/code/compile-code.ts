import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import { parse, type Node } from 'acorn'
import { transform, type Message, type TransformOptions, type TransformResult } from 'esbuild'
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import type { CodeBundle } from '../ports.ts'
import { CompilerLostError, useCompiler } from './compiler-process.ts'
import { usesStep } from './uses-step.ts'

/** Where in the user's text something is wrong; line and column count from 1. */
export interface CodeProblem {
  line: number
  column: number
  message: string
}

const CodeProblems = z.array(z.object({ line: z.number(), column: z.number(), message: z.string() }))
const tooDeep: CodeProblem = { line: 1, column: 1, message: 'The code is nested too deeply to be compiled' }

/** The name by which stacks call the user's text. */
export const sourceName = 'step.ts'

const common = {
  loader: 'ts',
  sourcefile: sourceName,
  sourcemap: 'external',
  sourcesContent: false,
  target: 'es2024',
  charset: 'utf8',
  logLevel: 'silent',
  // No settings of the machine change what a step means.
  tsconfigRaw: { compilerOptions: { target: 'esnext', useDefineForClassFields: true } },
} as const satisfies TransformOptions

/** The text is parsed alone, as a module, so nothing in it can reach into what is put around it later. */
const asModule: TransformOptions = { ...common, format: 'esm' }
const asProgram: TransformOptions = {
  ...common,
  format: 'iife',
  globalName: '__step',
  banner: '"use strict";__start(() => {',
  footer: 'return __step.default})',
}

/**
 * Turns a step's TypeScript into what the sandbox runs, with the way back to the user's lines. Throws `code_syntax`
 * with the first problem's line and column. Done when a step is saved or published, never per run.
 */
export async function compileCode(code: string): Promise<CodeBundle> {
  const [problem] = await findCodeProblems(code)
  if (problem) throw new AppError('code_syntax', problem.message, { line: problem.line, column: problem.column })
  const program = await useCompiler(() => transform(code, asProgram))
  const hash = createHash('sha256').update(program.code).update(program.map).digest('hex')
  return { hash, code: program.code, map: program.map, ...(usesStep(program.code) ? { usesStep: true } : {}) }
}

const known = new Map<string, CodeProblem[]>()
/** More than any flow has steps, so that what was just looked at is still known when it is asked for. */
const mostKnown = 20_000

/** Everything that keeps a step's code from being published; remembered, so that asking again costs nothing. */
export async function findCodeProblems(code: string): Promise<CodeProblem[]> {
  if (bracketDepth(code) > mostBrackets) return [tooDeep]
  return (
    known.get(keyOf(code)) ??
    remember(code, await useCompiler(() => transform(code, asModule)).then(problemsOfModule, problemsOfFailure))
  )
}

/**
 * The same at once, for callers that can't wait: free for code that was looked at before, else a process of its own
 * that holds everything up for a moment. Call `findCodeProblems` first where waiting is possible.
 */
export function checkCode(code: string): CodeProblem[] {
  const before = known.get(keyOf(code))
  if (before) return before
  const check = fileURLToPath(new URL('./check-code-main.ts', import.meta.url))
  const { stdout, status } = spawnSync(process.execPath, ['--no-warnings', check], {
    input: code,
    encoding: 'utf8',
    timeout: 10_000,
  })
  return remember(code, status === 0 ? CodeProblems.parse(JSON.parse(stdout)) : [tooDeep])
}

/** Spares the compiler the plainest text that would bring it down. Counted in strings and comments too: it is far from any real code. */
const mostBrackets = 2_000

function bracketDepth(code: string): number {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < code.length; i++) {
    const character = code[i]
    if (character === '(' || character === '[' || character === '{') deepest = Math.max(deepest, ++depth)
    else if (character === ')' || character === ']' || character === '}') depth--
  }
  return deepest
}

function remember(code: string, problems: CodeProblem[]): CodeProblem[] {
  if (known.size >= mostKnown) known.delete(known.keys().next().value ?? '')
  known.set(keyOf(code), problems)
  return problems
}

function keyOf(code: string): string {
  return createHash('sha256').update(code).digest('base64')
}

function problemsOfFailure(error: unknown): CodeProblem[] {
  if (error instanceof CompilerLostError) return [tooDeep]
  if (!(error instanceof Error) || !('errors' in error) || !Array.isArray(error.errors)) throw error
  return error.errors.map(({ text, location }: Message) => ({
    line: location?.line ?? 1,
    column: location ? Buffer.from(location.lineText).subarray(0, location.column).toString().length + 1 : 1,
    message: text,
  }))
}

function problemsOfModule(module: TransformResult): CodeProblem[] {
  const map = new TraceMap(module.map)
  const problems: CodeProblem[] = []
  let hasDefault = false
  const add = (node: Node, message: string) => {
    const { line, column } = originalPositionFor(map, node.loc?.start ?? { line: 1, column: 0 })
    problems.push({ line: line ?? 1, column: (column ?? 0) + 1, message })
  }
  const look = (node: Node, isInFunction: boolean) => {
    if (node.type === 'ExportDefaultDeclaration') hasDefault = true
    if (node.type === 'ExportSpecifier' && 'exported' in node && isNamed(node.exported, 'default')) hasDefault = true
    if (/^(Import|Export)/.test(node.type) && 'source' in node && isNode(node.source)) add(node, importProblem(node.source))
    const awaits = node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && 'await' in node && node.await === true)
    if (awaits && !isInFunction) add(node, 'await can only be used inside a function: put it into the default export')
    const isFunction = /Function/.test(node.type)
    for (const child of childrenOf(node)) look(child, isInFunction || isFunction)
  }
  try {
    look(parse(module.code, { ecmaVersion: 'latest', sourceType: 'module', locations: true }), false)
  } catch {
    // The compiler's own output always parses, unless it is nested beyond the stack.
    return [tooDeep]
  }
  if (!hasDefault) {
    problems.push({
      line: 1,
      column: 1,
      message: 'A code step needs a default export: export default async ({ trigger, steps }) => { … }',
    })
  }
  return problems
}

function importProblem(source: Node): string {
  const name = 'value' in source && typeof source.value === 'string' ? `"${source.value}"` : 'modules'
  return `Packages are not available yet: ${name} can't be imported here`
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
