import type { Json } from '#shared/json.ts'
import { typeFromSamples } from './types-from-samples.ts'

/** Something the code can name, with what is known of it. */
export interface TypedSource {
  /** What the code calls it. */
  name: string
  /** What people call the step it comes from. */
  title: string
  samples: readonly Json[]
}

export interface ContextSources {
  trigger: TypedSource | undefined
  steps: readonly TypedSource[]
  inputs: readonly TypedSource[]
}

const identifier = /^[A-Za-z_$][\w$]*$/

/**
 * The declarations that give a code step its types: `trigger`, `steps` and `input` as the samples show them.
 * What has no sample yet may be anything, with a word about how to get one: code must not look wrong for a lack of data.
 */
export function contextTypes({ trigger, steps, inputs }: ContextSources): string {
  return [
    `${comment(trigger, '')}type Trigger = ${typeOf(trigger)}`,
    `type Steps = ${members(steps)}`,
    `type Input = ${members(inputs)}`,
  ].join('\n\n')
}

function members(sources: readonly TypedSource[]): string {
  if (sources.length === 0) return '{}'
  const lines = sources.map((source) => {
    const name = identifier.test(source.name) ? source.name : JSON.stringify(source.name)
    return `${comment(source, '  ')}  ${name}: ${typeOf(source).replaceAll('\n', '\n  ')}`
  })
  return `{\n${lines.join('\n')}\n}`
}

function typeOf(source: TypedSource | undefined): string {
  return source === undefined || source.samples.length === 0 ? 'any' : typeFromSamples(source.samples)
}

/** Shown on hover. The title is somebody's words, so it must not be able to end the comment. */
function comment(source: TypedSource | undefined, indent: string): string {
  if (source === undefined) return ''
  const title = source.title.replaceAll('*/', '*\u200B/').replaceAll(/\s+/g, ' ')
  const words = source.samples.length === 0 ? `Test “${title}” to get types.` : `As in the sample of “${title}”.`
  return `${indent}/** ${words} */\n`
}
