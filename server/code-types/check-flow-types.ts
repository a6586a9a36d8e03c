import { annotateContext } from '#shared/code-types/annotate-context.ts'
import { codeOf } from '#shared/code-types/code-of.ts'
import { flowFile, flowTypes, type TypeFile, type TypeSources } from '#shared/code-types/flow-types.ts'
import type { WrittenHole } from '#shared/code-types/write-holes.ts'
import { position } from '#shared/compiler/check-expressions.ts'
import { nameOf } from '#shared/flow-names.ts'
import type { Problem } from '#shared/plan.ts'
import { holeProblemWords } from './hole-problem-words.ts'
import type { FoundProblem } from './messages.ts'
import type { Question, TypeChecker } from './type-checker.ts'

/** More problems of one flow than these bury each other. */
const mostProblems = 100

// A package or file that isn't there is a problem of its own, where packages are looked for.
const foundElsewhere = new Set([2307, 2792, 7016, 2688, 6053, 2726])

/**
 * Whether the code and the holes of a flow fit the data that reaches them, as far as it is known.
 *
 * All of these are warnings. Types are made from samples, and from code that may be wrong about what it returns, so
 * that something doesn't fit them is a good reason to look and no proof that it will fail: `trigger.body.note` is right
 * though no sample has one yet. What can't run at all is found when the code is compiled, and is an error there.
 */
export async function checkFlowTypes(
  checker: TypeChecker,
  question: Pick<Question, 'key' | 'workspaceId' | 'writer'>,
  sources: TypeSources,
  libraries: readonly TypeFile[] = [],
): Promise<Problem[]> {
  const nodes = new Map(sources.flow.nodes.map((node) => [node.id, node]))
  const { files, steps, holes } = flowTypes(sources)
  const contexts = contextsIn(files)
  const texts = Object.entries(steps).map(([id, path]) => {
    const code = codeOf(nodes.get(id)) ?? ''
    // Without a context of its own in the declarations the step has one itself.
    const hasContext = contexts.has(path)
    return { id, path, code, annotated: hasContext ? annotateContext(code) : undefined }
  })
  if (texts.length === 0 && holes.length === 0) return []
  const answer = await checker.check({
    ...question,
    files: [
      ...files.map((file) => (file.path === flowFile ? { ...file, text: withoutNoCheck(file.text) } : file)),
      ...texts.map(({ path, code, annotated }) => ({ path, text: annotated?.text ?? code })),
    ],
    libraries,
    checked: [...texts.map(({ path }) => path), flowFile],
  })
  if (answer.unanswered !== undefined) return [notAnswered[answer.unanswered]]
  const { problems, lost } = answer
  const found: Problem[] = []
  for (const text of texts) {
    const node = nodes.get(text.id)
    const name = node === undefined ? text.id : nameOf(node)
    if (lost.includes(text.path)) found.push(notChecked(text.id, name))
    for (const problem of problems) {
      if (problem.path !== text.path || foundElsewhere.has(problem.code)) continue
      found.push({
        severity: 'warning',
        nodeId: text.id,
        param: 'code',
        ...position(text.code, text.annotated?.original(problem.start) ?? problem.start),
        code: 'code_type',
        message: `"${name}": ${wordsOf(text.annotated?.text ?? text.code, problem)}`,
      })
    }
  }
  if (lost.includes(flowFile)) found.push(holesNotChecked)
  found.push(...inHoles(problems, holes, (id) => nodes.get(id)?.name ?? id))
  return found.slice(0, mostProblems)
}

/** The steps that the declarations speak of, by their files. */
function contextsIn(files: readonly TypeFile[]): Set<string> {
  const declarations = files.filter(({ path }) => path.startsWith('types/'))
  return new Set(declarations.flatMap(({ text }) => Array.from(text.matchAll(/'\.\.\/([^'\n]+)'/g), ([, path = '']) => path)))
}

function notChecked(nodeId: string, name: string): Problem {
  return {
    severity: 'warning',
    nodeId,
    param: 'code',
    code: 'types_not_checked',
    message: `The types of "${name}" are so involved that they could not be checked. It runs all the same; simpler types would let mistakes be found before.`,
  }
}

const notAnswered: { [why in 'busy' | 'replaced']: Problem } = {
  busy: {
    severity: 'warning',
    code: 'types_not_checked',
    message:
      'The server was too busy to check whether the code and formulas of this flow fit its data. They run all the same; look again in a minute.',
  },
  replaced: {
    severity: 'warning',
    code: 'types_not_checked',
    message: 'Whether the code and formulas fit their data was not checked: a newer text of this flow is being checked instead.',
  },
}

const holesNotChecked: Problem = {
  severity: 'warning',
  code: 'types_not_checked',
  message: 'This flow is so large, or its data so involved, that its formulas could not be checked. It runs all the same.',
}

function inHoles(
  problems: readonly FoundProblem[],
  holes: readonly WrittenHole[],
  nameOfStep: (id: string) => string,
): Problem[] {
  const said = new Set<string>()
  return problems.flatMap((problem) => {
    if (problem.path !== flowFile) return []
    const hole = holes.find(({ start, end }) => problem.start >= start && problem.start <= end)
    const words = holeProblemWords(problem)
    if (hole === undefined || words === undefined) return []
    const inside = problem.start > hole.sourceEnd ? 0 : problem.start - hole.start
    const where = position(hole.template, hole.offset + inside)
    const message = `"${nameOfStep(hole.nodeId)}": in {{ ${shortened(sourceOf(hole))} }} ${words}${words.endsWith('?') ? '' : '.'}`
    const key = `${hole.nodeId} ${hole.param} ${where.line}:${where.column} ${message}`
    if (said.has(key)) return []
    said.add(key)
    return [
      {
        severity: 'warning' as const,
        nodeId: hole.nodeId,
        param: hole.param,
        ...where,
        code: 'expression_type' as const,
        message,
      },
    ]
  })
}

function sourceOf({ template, offset, start, sourceEnd }: WrittenHole): string {
  return template.slice(offset, offset + sourceEnd - start)
}

function shortened(source: string): string {
  const line = source.replaceAll(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 60)}…` : line
}

/** What TypeScript says, in words of ours where it is about what people add elsewhere. */
function wordsOf(code: string, problem: FoundProblem): string {
  return secretWords(code, problem) ?? inputWords(code, problem) ?? inFull(problem)
}

/** Whoever writes `input.total` first has to be told where inputs come from. */
function inputWords(code: string, { start, length, code: number, messages }: FoundProblem): string | undefined {
  const near = /Did you mean '(.*)'\?$/.exec(messages[0] ?? '')?.[1]
  if (![2339, 2551].includes(number) || near !== undefined) return undefined
  if (!/\binput\s*\??\.\s*$/.test(code.slice(Math.max(0, start - 100), start))) return undefined
  return `There is no input called "${code.slice(start, start + length)}". Add it under Inputs, above the code.`
}

/** Names of secrets are types too, but nobody has to think of them so. */
function secretWords(code: string, { start, length }: FoundProblem): string | undefined {
  if (!/\bsecrets\s*\.\s*(?:get|ref)\s*\(\s*$/.test(code.slice(Math.max(0, start - 100), start))) return undefined
  const name = /^(["'`])([^"'`]*)\1$/.exec(code.slice(start, start + length))?.[2]
  return name === undefined
    ? undefined
    : `There is no secret called "${name}" that this flow may use. Add it under Values, or let the flow use it.`
}

/** The sentence TypeScript says, and the last of its reasons. */
function inFull({ messages }: FoundProblem): string {
  const [first = '', ...reasons] = messages
  const reason = reasons.at(-1)
  return reason === undefined ? first : `${first} ${reason}`
}

/** Others are not to be bothered with holes in a generated file; here they are what is looked at. Places stay the same. */
function withoutNoCheck(text: string): string {
  return text.replace('// @ts-nocheck', '//            ')
}
