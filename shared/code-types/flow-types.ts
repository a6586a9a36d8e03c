import { certaintyOf, type Certainty } from '../certainty.ts'
import { codeReferences } from '../code-references.ts'
import type { Flow, FlowNode } from '../flow.ts'
import { nameOf } from '../flow-names.ts'
import { ancestry, holdsSteps, topologicalOrder } from '../graph.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { Json } from '../json.ts'
import type { Catalog, NodeType } from '../manifest.ts'
import { stepFileNames } from '../step-file-names.ts'
import { codeOf } from './code-of.ts'
import { flowTypeHelpers } from './flow-type-helpers.ts'
import { holeFunctions } from './hole-functions.ts'
import { outputType } from './output-type.ts'
import { sandboxTypes } from './sandbox-types.ts'
import { typeFromSamples } from './type-from-samples.ts'
import { docComment, memberName, unionOf } from './type-text.ts'
import { moved, type HoleObject, type WrittenHole, writeHoles } from './write-holes.ts'

export interface TypeFile {
  path: string
  text: string
}

const waits: ReadonlySet<string> = new Set(['waitForCall', 'waitForForm', 'waitForEvent'])

/** What the types of a flow are made from. */
export interface TypeSources {
  flow: Flow
  catalog: Catalog
  /** Values a step has given, or a start was given: tests, runs, made up ones. */
  samples: (stepId: string) => readonly Json[]
  /** Names of the workspace's secrets; without them any name is taken. */
  secrets?: readonly string[]
  /** The workspace's shared values by name; without them any name is taken. */
  variables?: { readonly [name: string]: Json }
}

export interface FlowTypes {
  /** Declarations, by paths beside those of the steps. */
  files: TypeFile[]
  /** Where the text of each code step has to stand for the declarations to be those of its context. */
  steps: { [stepId: string]: string }
  /** Where the holes of the flow stand in `types/flow.ts`. */
  holes: WrittenHole[]
}

/** The file that says what each step gives. */
export const flowFile = 'types/flow.ts'

/** What begins in more ways than these may begin with anything: to name them all at every step would be megabytes. */
const mostStarts = 100
/** How many earlier steps are offered, to one code step and to all together; those that a step names always are. */
const mostOffered = 500
const mostOfferedInAll = 30_000

/**
 * The TypeScript declarations of a flow's code steps: what `trigger`, `steps`, `input` and the rest are in each. Pure,
 * and the same text for the same sources, so the editor, the check before publishing, the API and files on disk agree.
 *
 * Types flow from step to step by TypeScript's own inference: what an earlier code step returns is the return type of
 * its module, and a hole stands in `types/flow.ts` as the expression it is. Each step's module gets a `Context` of its
 * own by augmentation, so one project holds them all.
 */
export function flowTypes(sources: TypeSources): FlowTypes {
  return new FlowTypesWriter(sources).write()
}

class FlowTypesWriter {
  private readonly sources: TypeSources
  private readonly nodes: ReadonlyMap<string, FlowNode>
  private readonly certainty: Certainty
  private readonly files = new Map<string, string>()
  private readonly objects = new Map<string, HoleObject>()
  private readonly ancestors: ReturnType<typeof ancestry>
  private readonly triggers: readonly string[]
  private readonly mostOffered: number
  private readonly rounds = new Map<string, string | undefined>()
  /** Every step leads only to those behind it. */
  private readonly order: readonly string[]
  private readonly places: ReadonlyMap<string, number>

  constructor(sources: TypeSources) {
    this.sources = sources
    const { flow, catalog } = sources
    this.nodes = new Map(flow.nodes.map((node) => [node.id, node]))
    this.certainty = certaintyOf(flow, catalog)
    this.order = topologicalOrder(flow)
    this.places = new Map(this.order.map((id, index) => [id, index]))
    this.ancestors = ancestry(flow)
    this.triggers = flow.nodes.map(({ id }) => id).filter((id) => this.roleOf(id) === 'trigger')
    const names = stepFileNames(flow.nodes.map(({ id }) => id))
    for (const node of flow.nodes) if (codeOf(node) !== undefined) this.files.set(node.id, names.get(node.id) ?? node.id)
    this.mostOffered = Math.min(mostOffered, Math.ceil(mostOfferedInAll / Math.max(1, this.files.size)))
    for (const node of flow.nodes) {
      const type = catalog.get(node.type)
      const object = type && type.role === 'step' ? writeHoles(node, type) : undefined
      if (object) this.objects.set(node.id, object)
    }
  }

  write(): FlowTypes {
    const holes: WrittenHole[] = []
    const parts = [noCheck, 'export {}\n', flowTypeHelpers, holeFunctions, 'declare const anything: any\n']
    let length = parts.reduce((sum, part) => sum + part.length, 0)
    const put = (part: string) => {
      parts.push(part)
      length += part.length
    }
    for (const node of this.sources.flow.nodes) {
      const type = this.sources.catalog.get(node.type)
      if (!type || type.role === 'note') continue
      const object = this.objects.get(node.id)
      if (object) {
        put(`\n/** What stands in "${node.id}". */\nconst holes_${node.id} = (${this.scope(node, object)}) => (`)
        for (const hole of object.holes) holes.push(moved(hole, length))
        put(`${object.text})\nexport type Params_${node.id} = Stored<ReturnType<typeof holes_${node.id}>>\n`)
      }
      put(`export type Output_${node.id} = ${this.output(node, type)}\n`)
    }
    const steps = Object.fromEntries([...this.files].map(([id, name]) => [id, `steps/${name}.ts`]))
    const contexts = [...this.files].map(([id, name]) => ({ path: `types/${name}.d.ts`, text: this.context(id, name) }))
    return {
      files: [
        { path: 'types/sandbox.d.ts', text: sandboxTypes },
        { path: 'types/workspace.d.ts', text: this.workspace() },
        { path: flowFile, text: parts.join('') },
        ...contexts,
      ],
      steps,
      holes,
    }
  }

  private workspace(): string {
    const { secrets, variables } = this.sources
    const names = secrets === undefined ? 'string' : unionOf(secrets.toSorted().map((name) => JSON.stringify(name)))
    const values = Object.entries(variables ?? {})
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `  readonly ${memberName(name)}: ${typeFromSamples([value], '  ')}\n`)
    return [
      '/** Names of the secrets of this workspace. */\n',
      `type SecretName = ${names}\n\n`,
      '/** The shared values of this workspace. */\n',
      variables === undefined ? 'type Vars = Readonly<Record<string, any>>\n' : `interface Vars {\n${values.join('')}}\n`,
    ].join('')
  }

  private output(node: FlowNode, type: NodeType): string {
    const file = this.files.get(node.id)
    const object = this.objects.get(node.id)
    const round = holdsSteps(node.type) ? this.round(node.id) : undefined
    return outputType(node, type, {
      samples: this.sources.samples(node.id),
      param: (name) => (object?.params.has(name) ? `Params_${node.id}[${JSON.stringify(name)}]` : undefined),
      ...(file === undefined ? {} : { module: `../steps/${file}.ts` }),
      ...(round === undefined ? {} : { round }),
    })
  }

  /** What one round of a loop gives, when one step alone is the end of what is inside. */
  private round(loopId: string): string | undefined {
    if (this.rounds.has(loopId)) return this.rounds.get(loopId)
    const { nodes, edges } = this.sources.flow
    const inside = nodes.filter(({ id, parent }) => parent === loopId && this.roleOf(id) === 'step')
    const outputs = inside.filter(({ type }) => type === 'output')
    const ends =
      outputs.length > 0
        ? outputs
        : inside.filter(({ id, type }) => type !== 'respond' && type !== 'filter' && !edges.some(({ source }) => source === id))
    const [end] = ends
    const isSure = ends.length === 1 && end !== undefined && this.certainty.exitTaken(loopId, end.id) === 'inside'
    const isAlone = inside.every(({ settings, type }) => settings.runIf === undefined && type !== 'filter')
    const found = isSure ? (isAlone ? `Output_${end.id}` : `Output_${end.id} | null`) : undefined
    this.rounds.set(loopId, found)
    return found
  }

  private roleOf(id: string): NodeType['role'] | undefined {
    const node = this.nodes.get(id)
    return node && this.sources.catalog.get(node.type)?.role
  }

  private isBefore(one: string, id: string): boolean {
    return one !== id && this.ancestors.isUpstream(one, id)
  }

  /** A step's output as another one sees it. */
  private seen(id: string, from: string): string {
    const node = this.nodes.get(id)
    const { onError, disabled } = node?.settings ?? {}
    const exit = this.certainty.exitTaken(id, from)
    let type = `Output_${id}`
    if (disabled !== true && (onError === 'continue' || (onError === 'route' && exit === undefined))) type = `OrFailed<${type}>`
    else if (onError === 'route' && exit === 'error') type = 'Failed'
    // A wait that ends without what it waited for gives nothing.
    if (node !== undefined && waits.has(node.type) && exit !== 'received') type = `${type} | null`
    return this.certainty.isCertain(id, from) ? type : `${type} | undefined`
  }

  private trigger(from: string): string {
    const starts = this.triggers.filter((id) => this.isBefore(id, from))
    return starts.length === 0 || starts.length > mostStarts ? 'any' : unionOf(starts.toSorted().map((id) => `Output_${id}`))
  }

  private loops(id: string): FlowNode[] {
    const found: FlowNode[] = []
    for (let at = this.nodes.get(id)?.parent; at !== undefined; at = this.nodes.get(at)?.parent) {
      const loop = this.nodes.get(at)
      if (loop === undefined || found.includes(loop)) break
      found.push(loop)
    }
    return found
  }

  private item(loop: FlowNode | undefined): string {
    if (loop?.type !== 'forEach' || !this.objects.get(loop.id)?.params.has('items')) return 'any'
    const one = `ElementOf<Params_${loop.id}["items"]>`
    const { batchSize } = loop.params
    return typeof batchSize === 'number' && batchSize > 1 ? `${one}[]` : one
  }

  /** What the holes of a step can name, as the parameter of a function. */
  private scope(node: FlowNode, object: HoleObject): string {
    const loops = this.loops(node.id)
    const [loop] = loops
    const own = node.type === 'forEach' || node.type === 'repeat' ? node : undefined
    // What a loop works out after a round sees the steps of that round.
    const inside = (id: string) => own !== undefined && this.nodes.get(id)?.parent === own.id
    const steps = [...object.steps]
      .toSorted()
      .map(
        (id) => `${memberName(id)}: ${this.isBefore(id, node.id) ? this.seen(id, node.id) : inside(id) ? `Output_${id}` : 'any'}`,
      )
    const around = loops.map((one) => `${memberName(one.id)}: { item: ${this.item(one)}; index: number; previous: any }`)
    const types: { [root: string]: string } = {
      trigger: this.trigger(node.id),
      steps: object.namesAny ? 'any' : `{ ${steps.join('; ')} }`,
      item: own === undefined ? this.item(loop) : unionOf([this.item(own), this.item(loop)]),
      index: 'number',
      loops: around.length === 0 ? 'any' : `{ ${around.join('; ')} }`,
      vars: 'Vars',
      run: 'HoleRun',
      now: 'Date',
    }
    const names = [...(object.steps.size > 0 || object.namesAny ? ['steps'] : []), ...[...object.roots].toSorted()]
    return `{ ${names.join(', ')} }: Calm<{ ${names.map((name) => `${name}: ${types[name] ?? 'any'}`).join('; ')} }>`
  }

  /** The declarations of one code step's context. */
  private context(id: string, file: string): string {
    const node = this.nodes.get(id)
    const code = codeOf(node) ?? ''
    if (hasOwnContext(code)) return 'export {}\n'
    const [loop] = this.loops(id)
    const members = [
      `${this.hint(this.triggersBefore(id))}    readonly trigger: ${this.trigger(id)}\n`,
      `    /** What earlier steps gave, by their short names. */\n    readonly steps: ContextSteps\n`,
      `    /** The values mapped under "Inputs". */\n    readonly input: ${this.inputsOf(id)}\n`,
    ]
    if (loop !== undefined) {
      if (loop.type === 'forEach') members.push(`    /** The item of this pass. */\n    readonly item: ${this.item(loop)}\n`)
      members.push('    /** The number of this pass, from 0. */\n    readonly index: number\n')
    }
    // By a name of its own: whoever types `steps` would else wait until the types of all of them are worked out for show.
    const steps = `  interface ContextSteps ${this.stepsOf(id, code)}\n`
    const body = members.join('')
    const used = [...new Set((steps + body).match(/\b(?:Output|Params)_\w+|\b(?:OrFailed|Failed|ElementOf)\b/g))].toSorted()
    return [
      used.length === 0 ? 'export {}\n' : `import type { ${used.join(', ')} } from './flow.ts'\n`,
      `declare module '../steps/${file}.ts' {\n`,
      steps,
      docComment(`What the code of “${node === undefined ? id : nameOf(node)}” is given.`, '  '),
      `  interface Context extends CodeContext {\n${body}  }\n}\n`,
    ].join('')
  }

  private triggersBefore(id: string): FlowNode | undefined {
    const first = this.triggers.find((trigger) => this.isBefore(trigger, id))
    return first === undefined ? undefined : this.nodes.get(first)
  }

  private stepsOf(id: string, code: string): string {
    const isOffered = (one: string) => this.isBefore(one, id) && this.roleOf(one) === 'step'
    const named = codeReferences(code).steps.map((step) => step.id)
    const shown = new Set(named.filter(isOffered))
    let left = this.mostOffered
    for (let at = (this.places.get(id) ?? 0) - 1; at >= 0 && left > 0; at--) {
      const one = this.order[at]
      if (one === undefined || !isOffered(one)) continue
      shown.add(one)
      left--
    }
    const lines = [...shown]
      .toSorted((a, b) => (this.places.get(a) ?? 0) - (this.places.get(b) ?? 0))
      .map((one) => `${this.hint(this.nodes.get(one))}    readonly ${memberName(one)}: ${this.seen(one, id)}\n`)
    return lines.length === 0 ? '{}' : `{\n${lines.join('')}  }`
  }

  private inputsOf(id: string): string {
    const inputs = this.nodes.get(id)?.params['inputs']
    if (!isJsonObject(inputs) || Object.keys(inputs).length === 0) return '{}'
    return this.objects.get(id)?.params.has('inputs') ? `Params_${id}["inputs"]` : 'any'
  }

  /** Shown on hover: where a type came from, or how to get one. */
  private hint(node: FlowNode | undefined, indent = '    '): string {
    if (node === undefined) return ''
    const title = nameOf(node)
    if (codeOf(node) !== undefined) return docComment(`What the code of “${title}” returns.`, indent)
    if (this.sources.samples(node.id).length > 0) return docComment(`As in the samples of “${title}”.`, indent)
    const isKnown = this.sources.catalog.get(node.type)?.output !== undefined || node.type === 'set' || node.type === 'output'
    return docComment(isKnown ? `What “${title}” gives.` : `Test “${title}” to get types.`, indent)
  }
}

/** The compiler of whoever has these files must not mind a hole: what is wrong with holes is said where they are edited. */
const noCheck = '// @ts-nocheck\n'

/** Text that has a \`Context\` of its own keeps it. */
function hasOwnContext(code: string): boolean {
  if (/\b(?:interface|type|class|enum)\s+Context\b/.test(code)) return true
  // Each import up to the next: a text of nothing but imports is read once, not once for each of them.
  return code
    .split(/\bimport\b/)
    .slice(1)
    .some((rest) => /^[^;'"]*\bContext\b/.test(rest))
}
