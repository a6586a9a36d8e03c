import type { Flow } from '../flow.ts'

/** More are not drawn, searched or run. */
const mostNodes = 5000
/** Twenty a step in the largest flow. They are read by whoever looks at the flow, and by every server that runs it. */
const mostHoles = 100_000
/** Of the texts that holes stand in. */
const mostCharacters = 4 * 1024 * 1024

/**
 * Why a flow is more than can be compiled, in words; undefined when it isn't. Nothing is read for that: whatever `{{`
 * stands outside of code counts as a hole.
 */
export function tooLarge({ nodes, settings }: Flow): string | undefined {
  if (nodes.length > mostNodes)
    return `This flow has ${nodes.length} steps and notes; ${mostNodes} is the most. Move a part of it into a flow of its own.`
  const holes = { count: 0, characters: 0 }
  for (const { type, params, settings: own } of nodes) {
    const { code: _code, ...others } = params
    measure(type === 'code' ? others : params, holes)
    measure(own, holes)
  }
  measure(settings, holes)
  if (holes.count > mostHoles)
    return `This flow has ${holes.count} formulas ({{ … }}); ${mostHoles} is the most. Move a part of it into a flow of its own, or work them out in a code step.`
  if (holes.characters > mostCharacters)
    return `The texts with formulas ({{ … }}) of this flow have ${holes.characters} characters; ${mostCharacters} is the most. Move a part of it into a flow of its own, or put the texts together in a code step.`
  return undefined
}

function measure(value: unknown, holes: { count: number; characters: number }): void {
  if (typeof value === 'string') {
    const before = holes.count
    for (let at = value.indexOf('{{'); at >= 0; at = value.indexOf('{{', at + 2)) holes.count++
    if (holes.count > before) holes.characters += value.length
  } else if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) measure(member, holes)
}
