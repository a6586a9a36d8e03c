import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import { sourceName } from './source-name.ts'

export interface UserPlace {
  line?: number
  column?: number
  stack?: string
}

const mostFrames = 30

/** Rewrites a stack from the sandbox to the lines of the user's own text, and to the names of packages' files; other frames are left out. */
export function userPlaceFrom(message: string, name: string, stack: string, map: string): UserPlace {
  const lines = stack.split('\n', 200).filter((line) => /^\s+at /.test(line) && line.includes(`${sourceName}:`))
  if (lines.length === 0) return {}
  const traceMap = new TraceMap(map)
  const frames: string[] = []
  let first: { line: number; column: number } | undefined
  for (const text of lines.slice(0, mostFrames)) {
    const [place, line, column] = new RegExp(`${sourceName.replace('.', '\\.')}:(\\d+):(\\d+)`).exec(text) ?? []
    if (place === undefined) continue
    const original = originalPositionFor(traceMap, { line: Math.max(1, Number(line)), column: Math.max(0, Number(column) - 1) })
    // What the compiler added has no place in the user's text.
    const { source } = original
    if (source === null) continue
    if (source !== sourceName) {
      frames.push(text.replace(place, () => source))
      continue
    }
    const mapped = { line: original.line, column: original.column + 1 }
    first ??= mapped
    frames.push(text.replace(place, `${sourceName}:${mapped.line}:${mapped.column}`).replace('step_default', 'default'))
  }
  if (frames.length === 0) return {}
  return { ...first, stack: [`${name}: ${message}`, ...frames].join('\n') }
}
