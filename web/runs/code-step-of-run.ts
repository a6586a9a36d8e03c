import type { InsideStep } from '../editor/code-steps-of.ts'
/** The path of the step whose code asked, and the name it asked under; undefined for a path not of something code asked for. */
export function askedIn(path: string): { by: string; name: string } | undefined {
  const at = path.lastIndexOf('#')
  if (at < 0) return undefined
  // A name that comes again has its number behind it; a `:` of its own is written as %3A.
  const name = path.slice(at + 1).replace(/:\d+$/, '')
  return { by: path.slice(0, at), name: decoded(name) }
}

/** The place in the code that asked for something of this name. A name written out goes before one that is put together. */
export function codeStepOfRun(steps: readonly InsideStep[], call: string | undefined, name: string): InsideStep | undefined {
  const alike = steps.filter(({ kind }) => (kind === 'sleepUntil' ? 'sleep' : kind) === call)
  const exact = alike.find((step) => step.name === name)
  if (exact !== undefined) return exact
  const fitting = alike.filter(({ parts }) => parts.length > 1 && fits(parts, name))
  return fitting.toSorted((a, b) => b.parts.join('').length - a.parts.join('').length)[0]
}

/** Whether a name consists of these parts in this order, with anything between them. */
function fits(parts: readonly string[], name: string): boolean {
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= name.length - last.length
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A name that holds a % of its own.
    return text
  }
}
