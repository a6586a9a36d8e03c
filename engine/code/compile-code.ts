import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { transform, type BuildOptions, type Message, type TransformOptions, type TransformResult } from 'esbuild'
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { packageOf } from '#shared/package-name.ts'
import type { CodeBundle, CodePackage } from '../ports.ts'
import { CodeProblem } from './code-problem.ts'
import { CompilerLostError, useCompiler } from './compiler-process.ts'
import { createKnown } from './known.ts'
import { bundleWithPackages, type Bundle } from './packages/bundle-with-packages.ts'
import { importProblems } from './packages/import-problems.ts'
import { readModule, type CodeImport } from './read-module.ts'
import { sourceName } from './source-name.ts'
import { usesStep } from './uses-step.ts'

const CodeProblems = z.array(CodeProblem)
const tooDeep: CodeProblem = { line: 1, column: 1, message: 'The code is nested too deeply to be compiled' }

const common = {
  sourcemap: 'external',
  sourcesContent: false,
  target: 'es2024',
  charset: 'utf8',
  logLevel: 'silent',
  // No settings of the machine change what a step means.
  tsconfigRaw: { compilerOptions: { target: 'esnext', useDefineForClassFields: true } },
} as const satisfies TransformOptions

/** The text is parsed alone, as a module, so nothing in it can reach into what is put around it later. */
const asModule: TransformOptions = { ...common, loader: 'ts', sourcefile: sourceName, format: 'esm' }
const [banner, footer] = ['__start(() => {', 'return __step.default})']
const asProgram: TransformOptions = {
  ...asModule,
  format: 'iife',
  globalName: '__step',
  banner: `"use strict";${banner}`,
  footer,
}
/**
 * With packages: as a browser's bundler would have it, for that is the Node-less place most packages know. Not strict as
 * a whole, since there are packages that were never meant to be.
 */
const asBundle: BuildOptions = {
  ...common,
  format: 'iife',
  globalName: '__step',
  banner: { js: banner },
  footer: { js: footer },
  outfile: '/step.js',
  platform: 'browser',
  mainFields: ['browser', 'module', 'main'],
  conditions: ['worker', 'browser', 'module'],
  define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  minifyWhitespace: true,
  legalComments: 'none',
}

/**
 * Turns a step's TypeScript into what the sandbox runs, with the way back to the user's lines. Throws `code_syntax`
 * with the first problem's line and column. Done when a step is saved or published, never per run. Workspaces take turns.
 */
export async function compileCode(code: string, packages: readonly CodePackage[] = [], workspaceId = ''): Promise<CodeBundle> {
  const [problem] = await findCodeProblems(code, packages, workspaceId)
  if (problem) throw new AppError('code_syntax', problem.message, { line: problem.line, column: problem.column })
  const alone = await useCompiler(workspaceId, () => transform(code, asProgram))
  const { imports } = await look(code, workspaceId)
  const program: Bundle =
    imports.length === 0 ? { code: alone.code, map: alone.map } : await bundled(code, imports, packages, workspaceId)
  if (program.problems !== undefined) throw new Error('A step without problems could not be bundled')
  return {
    hash: createHash('sha256').update(program.code).update(program.map).digest('hex'),
    code: program.code,
    map: program.map,
    // What packages call `step` is theirs.
    ...(usesStep(alone.code) ? { usesStep: true } : {}),
    ...(imports.length === 0 ? {} : { hasPackages: true }),
  }
}

interface Look {
  problems: CodeProblem[]
  imports: CodeImport[]
}

/** More than any flow has steps, so that what was just looked at is still known when it is asked for. */
const mostKnown = 20_000
/** Each may have several MiB. */
const mostBundles = 16
const looks = createKnown<Look>(mostKnown)
const found = createKnown<CodeProblem[]>(mostKnown)
const bundles = createKnown<Bundle>(mostBundles)

/** Everything that keeps a step's code from being published; remembered, so that asking again costs nothing. */
export async function findCodeProblems(
  code: string,
  packages: readonly CodePackage[] = [],
  workspaceId = '',
): Promise<CodeProblem[]> {
  if (bracketDepth(code) > mostBrackets) return [tooDeep]
  const key = keyOf(code, packages)
  const before = found.get(key)
  if (before) return before
  const { problems, imports } = await look(code, workspaceId)
  const all = [...problems, ...importProblems(imports, packages)]
  if (all.length === 0 && imports.length > 0) all.push(...((await bundled(code, imports, packages, workspaceId)).problems ?? []))
  found.set(key, all)
  return all
}

/** What the code imports; nothing when it can't be read. */
export async function importsOf(code: string, workspaceId = ''): Promise<string[]> {
  if (bracketDepth(code) > mostBrackets) return []
  return (await look(code, workspaceId)).imports.map(({ specifier }) => specifier)
}

/**
 * The same at once, for callers that can't wait: free for code that was looked at before, else a process of its own
 * that holds everything up for a moment. Call `findCodeProblems` first where waiting is possible.
 */
export function checkCode(code: string, packages: readonly CodePackage[] = []): CodeProblem[] {
  const key = keyOf(code, packages)
  const before = found.get(key)
  if (before) return before
  const check = fileURLToPath(new URL('./check-code-main.ts', import.meta.url))
  const { stdout, status } = spawnSync(process.execPath, ['--no-warnings', check], {
    input: JSON.stringify({ code, packages }),
    encoding: 'utf8',
    timeout: 30_000,
  })
  const problems = status === 0 ? CodeProblems.parse(JSON.parse(stdout)) : [tooDeep]
  found.set(key, problems)
  return problems
}

async function look(code: string, workspaceId: string): Promise<Look> {
  const key = keyOf(code, [])
  const before = looks.get(key)
  if (before) return before
  const looked = await useCompiler(workspaceId, () => transform(code, asModule)).then(
    (module: TransformResult) => readModule(module) ?? { problems: [tooDeep], imports: [] },
    (error: unknown) => ({ problems: problemsOfFailure(error), imports: [] }),
  )
  looks.set(key, looked)
  return looked
}

async function bundled(
  code: string,
  imports: readonly CodeImport[],
  packages: readonly CodePackage[],
  workspaceId: string,
): Promise<Bundle> {
  const names = new Set(imports.map(({ specifier }) => packageOf(specifier)))
  const used = packages.filter(({ name }) => names.has(name)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const key = keyOf(code, used)
  const before = bundles.get(key)
  if (before) return before
  const bundle = await bundleWithPackages(code, asBundle, imports, used, workspaceId)
  bundles.set(key, bundle)
  return bundle
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

function keyOf(code: string, packages: readonly CodePackage[]): string {
  const of = packages.map(({ name, version, hash }) => [name, version, hash])
  return createHash('sha256').update(JSON.stringify(of)).update(code).digest('base64')
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
