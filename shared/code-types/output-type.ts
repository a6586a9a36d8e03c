import { caseIdsOf, otherwiseHandle } from '../graph.ts'
import type { FlowNode } from '../flow.ts'
import type { Json } from '../json.ts'
import type { NodeType } from '../manifest.ts'
import { bodySchema, fieldSchemas } from './body-schema.ts'
import { typeFromSamples } from './type-from-samples.ts'
import { typeFromSchema } from './type-from-schema.ts'
import { listOf, memberName, unionOf } from './type-text.ts'

export interface OutputFacts {
  samples: readonly Json[]
  /** Type of what the step's params give, by the dotted path of a param; undefined when it has no such param. */
  param(name: string): string | undefined
  /** For a code step: the module that is its text. */
  module?: string
  /** For a loop: what one round gives. */
  round?: string
}

/** The type of what a step gives when it succeeds, as sure as it can be known; samples where nothing else tells. */
export function outputType(node: FlowNode, type: NodeType, facts: OutputFacts): string {
  const { params, settings } = node
  const { samples } = facts
  if (type.role === 'trigger') return triggerType(node, type, samples)
  if (settings.disabled === true) return type.type === 'forEach' ? 'never[]' : 'null'
  switch (node.type) {
    case 'code':
      return facts.module === undefined
        ? typeFromSamples(samples)
        : `Given<typeof import(${JSON.stringify(facts.module)}), ${typeFromSamples(samples)}>`
    case 'set':
      return facts.param('values') ?? typeFromSamples(samples)
    case 'output':
      return facts.param('value') ?? typeFromSamples(samples)
    case 'switch': {
      const cases = unionOf([...caseIdsOf(node), otherwiseHandle].map((id) => JSON.stringify(id)))
      return params['match'] === 'all' ? `{ cases: ${listOf(cases)} }` : `{ case: ${cases} }`
    }
    case 'forEach':
      return loopType(node, facts)
    case 'repeat':
      return `{ iterations: number; last: ${facts.round ?? 'any'} }`
    case 'callFlow':
      return params['wait'] === false ? '{ runId: string }' : typeFromSamples(samples)
    case 'approval':
      return approvalType(node, type, samples)
    default:
      return typeFromSchema(type.output, samples)
  }
}

function loopType({ params }: FlowNode, { samples, param, round }: OutputFacts): string {
  const { collect } = params
  if (collect === 'none') return 'never[]'
  const worked = collect === undefined || collect === 'all' ? round : param('collect')
  if (worked === undefined) return samples.length === 0 ? 'any[]' : typeFromSamples(samples)
  return listOf(params['onItemError'] === 'continue' ? `OrFailed<${worked}>` : worked)
}

/** A start's data: what is known of its kind, what a schema or the fields of a form ask for, and what samples show. */
function triggerType(node: FlowNode, type: NodeType, samples: readonly Json[]): string {
  const properties: { [name: string]: unknown } = { ...type.output?.properties }
  const body = bodySchema(node)
  if (body !== undefined) properties['body'] = body
  for (const name of ['kind', 'at']) properties[name] ??= { type: 'string' }
  return typeFromSchema({ type: 'object', properties, required: Object.keys(properties) }, samples)
}

function approvalType({ params }: FlowNode, type: NodeType, samples: readonly Json[]): string {
  const whole = typeFromSchema(type.output, samples)
  const { fields } = params
  if (!Array.isArray(fields)) return whole
  const answers = Object.entries(fieldSchemas(fields)).map(
    ([id, schema]) => `${memberName(id)}?: ${typeFromSchema(schema)} | null`,
  )
  return `Omit<${whole}, 'fields'> & { fields: { ${answers.join('; ')} } }`
}
