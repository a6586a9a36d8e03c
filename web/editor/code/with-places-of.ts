import type { AnnotatedCode } from '#shared/code-types/annotate-context.ts'

type Places = Pick<AnnotatedCode, 'original' | 'annotated'>

/** What of an answer is about no place, and may be endless. */
const leftAsIs = new Set(['file', 'sourceFile', 'symbol', 'parent', 'data'])

/**
 * A language service that is asked about, and answers in, places of the text people see, while it works on one with
 * words put in. Every number it is asked with is a place; so are `start` and `position` in what it answers.
 */
export function withPlacesOf<T extends object>(service: T, placesOf: (file: string) => Places | undefined): T {
  return new Proxy(service, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') return method
      return (...given: unknown[]) => {
        const [file] = given
        const places = typeof file === 'string' ? placesOf(file) : undefined
        const asked = places === undefined ? given : given.map((part) => toAnnotated(part, places))
        const answer: unknown = Reflect.apply(method, target, asked)
        return fromAnnotated(answer, places, placesOf)
      }
    },
  })
}

function toAnnotated(part: unknown, places: Places): unknown {
  if (typeof part === 'number') return places.annotated(part)
  if (!isSpan(part)) return part
  const start = places.annotated(part.start)
  return { ...part, start, length: places.annotated(part.start + part.length) - start }
}

function fromAnnotated(answer: unknown, around: Places | undefined, placesOf: (file: string) => Places | undefined): unknown {
  if (Array.isArray(answer)) return answer.map((part) => fromAnnotated(part, around, placesOf))
  if (!isPlain(answer)) return answer
  const places = placesAt(answer, around, placesOf)
  const moved: { [name: string]: unknown } = {}
  for (const [name, part] of Object.entries(answer))
    moved[name] = leftAsIs.has(name) ? part : fromAnnotated(part, places, placesOf)
  if (places === undefined) return moved
  if (isSpan(answer)) {
    const start = places.original(answer.start)
    return { ...moved, start, length: places.original(answer.start + answer.length) - start }
  }
  if (typeof answer['position'] === 'number') moved['position'] = places.original(answer['position'])
  return moved
}

/** Part of an answer may be about another file, which it then names. */
function placesAt(
  answer: { [name: string]: unknown },
  around: Places | undefined,
  placesOf: (file: string) => Places | undefined,
): Places | undefined {
  const { fileName, file } = answer
  if (typeof fileName === 'string') return placesOf(fileName)
  if (typeof file === 'object' && file !== null && 'fileName' in file && typeof file.fileName === 'string')
    return placesOf(file.fileName)
  return around
}

function isSpan(part: unknown): part is { start: number; length: number } {
  return isPlain(part) && typeof part['start'] === 'number' && typeof part['length'] === 'number'
}

/** Not what has methods, such as a syntax tree. */
function isPlain(part: unknown): part is { [name: string]: unknown } {
  return typeof part === 'object' && part !== null && Object.getPrototypeOf(part) === Object.prototype
}
