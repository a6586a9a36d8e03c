import type { Json } from '#shared/json.ts'
import type { PathKey } from './path-expression.ts'
import { shortValue, typeWord, type TypeWord } from './value-words.ts'

/** One value inside a sample, as a row of the data picker. */
export interface SampleEntry {
  keys: PathKey[]
  name: string
  word: TypeWord
  /** The value in one short line. */
  preview: string
  /** Lower-case words the search looks at: the way to the value, and its text. */
  haystack: string
  hasChildren: boolean
}

// Bounds that keep a 5 MB sample from costing more than a few milliseconds to look through.
const maxEntries = 2000
const maxDepth = 8
const maxListItems = 3
const searchedLength = 200

/** The fields of what started a run as people want them: what was sent comes before how it was sent. */
export function bodyFirst<T>(fields: readonly T[], nameOf: (field: T) => PathKey | undefined): T[] {
  return fields.toSorted((a, b) => Number(nameOf(b) === 'body') - Number(nameOf(a) === 'body'))
}

/** The direct children of a value: the fields of a group, the first items of a list. */
export function childEntries(value: Json | undefined, at: readonly PathKey[]): SampleEntry[] {
  if (Array.isArray(value)) return value.slice(0, maxListItems).map((item, index) => entryOf(item, [...at, index]))
  if (typeof value !== 'object' || value === null) return []
  return Object.keys(value)
    .slice(0, maxEntries)
    .map((key) => entryOf(value[key], [...at, key]))
}

function entryOf(value: Json | undefined, keys: PathKey[]): SampleEntry {
  const last = keys.at(-1) ?? ''
  const text = typeof value === 'string' ? value.slice(0, searchedLength) : shortValue(value)
  return {
    keys,
    name: typeof last === 'number' ? `Item ${last + 1}` : last,
    word: typeWord(value),
    preview: shortValue(value),
    haystack: `${keys.join(' ')} ${text}`.toLowerCase(),
    hasChildren: typeof value === 'object' && value !== null && Object.keys(value).length > 0,
  }
}

const indexes = new WeakMap<object, SampleEntry[]>()

/**
 * Every value of a sample that the search can find, nearest to the top first, at most 2,000.
 * Computed once for a sample and kept as long as the sample itself.
 */
export function allEntries(sample: Json): SampleEntry[] {
  if (typeof sample !== 'object' || sample === null) return []
  const known = indexes.get(sample)
  if (known !== undefined) return known
  const entries: SampleEntry[] = []
  const queue: { value: Json; keys: PathKey[] }[] = [{ value: sample, keys: [] }]
  for (let next = queue.shift(); next !== undefined && entries.length < maxEntries; next = queue.shift()) {
    for (const entry of childEntries(next.value, next.keys)) {
      entries.push(entry)
      const child = valueAt(next.value, entry.keys.slice(-1))
      if (entry.hasChildren && child !== undefined && entry.keys.length < maxDepth) queue.push({ value: child, keys: entry.keys })
    }
  }
  indexes.set(sample, entries)
  return entries
}

/** Follows a path into a value by own fields only; undefined where it leads nowhere. */
export function valueAt(value: Json | undefined, keys: readonly PathKey[]): Json | undefined {
  let found: Json | undefined = value
  for (const key of keys) {
    if (typeof found !== 'object' || found === null) return undefined
    if (Array.isArray(found)) found = typeof key === 'number' ? found[key] : undefined
    else found = Object.hasOwn(found, key) ? found[String(key)] : undefined
  }
  return found
}

/** Entries whose way, value or labels contain every word of the question, those whose own name or label starts with it first. */
export function searchEntries(
  entries: readonly SampleEntry[],
  question: string,
  limit = 50,
  labelsOf: (entry: SampleEntry) => readonly string[] = () => [],
): SampleEntry[] {
  const words = question.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const found = entries.filter((entry) => {
    if (words.every((word) => entry.haystack.includes(word))) return true
    const labels = labelsOf(entry).join(' ').toLowerCase()
    return words.every((word) => entry.haystack.includes(word) || labels.includes(word))
  })
  const first = words[0] ?? ''
  const startsWell = (name = '') => name.toLowerCase().startsWith(first)
  // A file is wanted whole, before what it is called.
  const isGroup = (entry: SampleEntry) => entry.hasChildren && entry.word !== 'file'
  const rank = (entry: SampleEntry) =>
    (startsWell(entry.name) || startsWell(labelsOf(entry).at(-1)) ? 0 : 1) + (isGroup(entry) ? 0.5 : 0)
  return found.toSorted((a, b) => rank(a) - rank(b)).slice(0, limit)
}
