import { decodedMappings, encodedMappings, TraceMap, type DecodedSourceMap } from '@jridgewell/trace-mapping'
import { sourceName } from '../source-name.ts'
import { nameInStacks } from './owner-of.ts'

/**
 * The way back from a bundle: to each place in the user's own text, and for everything else to the package's file, no
 * more. A map of all places in all packages would be larger than the code.
 */
export function trimSourceMap(text: string): string {
  const whole = new TraceMap(text)
  const isStep = whole.sources.map((source) => source === `step:${sourceName}`)
  const mappings = decodedMappings(whole).map((line) => {
    let last = -1
    return line.filter((segment) => {
      const [, source = -1] = segment
      const isKept = isStep[source] === true || source !== last
      last = source
      return isKept
    })
  })
  const sources = whole.sources.map((source, i) => (isStep[i] ? sourceName : nameInStacks(source ?? '')))
  const trimmed: DecodedSourceMap = { version: 3, names: [], sources, mappings: mappings.map((line) => line.map(withoutName)) }
  return JSON.stringify({ version: 3, names: [], sources, mappings: encodedMappings(new TraceMap(trimmed)) })
}

type Segment = DecodedSourceMap['mappings'][number][number]

function withoutName(segment: Segment): Segment {
  return segment.length === 5 ? [segment[0], segment[1], segment[2], segment[3]] : segment
}
