import type { Json } from '#shared/json.ts'
import type { ParamSchema } from '#shared/manifest.ts'
import type { DataSource } from './data-sources.ts'
import { fieldLabels } from './field-labels.ts'
import { fieldName, labelled, wayName, type FieldName } from './field-name.ts'
import { expressionOfPath, holeOfPath, type PathKey } from './path-expression.ts'
import { allEntries, bodyFirst, childEntries, searchEntries, valueAt, type SampleEntry } from './sample-entries.ts'
import { shortValue, typeWord, type TypeWord } from './value-words.ts'

export type PickerRow =
  | {
      kind: 'value'
      id: string
      label: string
      /** What expressions and code call it, where that is something else. */
      ownName?: string
      /** Not known of a field that is only promised to be there. */
      word: TypeWord | undefined
      preview: string
      depth: number
      /** The hole that is put into the field. */
      insert: string
      /** Whether it can be opened into what it holds, and whether it is. */
      open?: boolean
    }
  /** The step has no sample: it can be tested from here. */
  | { kind: 'test'; id: string; label: string; stepId: string; depth: 0 }

export interface PickerSection {
  source: DataSource
  rows: PickerRow[]
}

export interface PickerInput {
  sources: readonly DataSource[]
  sampleOf: (stepId: string) => Json | undefined
  /** What the step's type promises to give. */
  outputOf: (source: DataSource) => ParamSchema | undefined
  question: string
  /** Ids of rows that were opened or closed by hand; what is not in it is as it comes. */
  toggled: ReadonlyMap<string, boolean>
}

const resultsPerSource = 30

/** What the data picker shows: a section for each earlier step, nearest first; with a question only those with an answer. */
export function pickerSections({ sources, sampleOf, outputOf, question, toggled }: PickerInput): PickerSection[] {
  const isSearching = question.trim() !== ''
  const sections = sources.map((source) => {
    const sample = sampleOf(source.node.id)
    const promised = outputOf(source)
    const rows = isSearching ? foundRows(source, sample, promised, question) : allRows(source, sample, promised, toggled)
    return { source, rows }
  })
  return isSearching ? sections.filter((section) => section.rows.length > 0) : sections
}

function foundRows(
  source: DataSource,
  sample: Json | undefined,
  promised: ParamSchema | undefined,
  question: string,
): PickerRow[] {
  const words = question.toLowerCase().split(/\s+/).filter(Boolean)
  // The step's own name counts too: "order email" finds the e-mail of the order step.
  const rest = words.filter((word) => !source.name.toLowerCase().includes(word)).join(' ')
  if (sample === undefined)
    return promisedRows(source, promised)
      .filter(({ label, ownName = '' }) => rest.split(' ').every((word) => `${label} ${ownName}`.toLowerCase().includes(word)))
      .map((row) => ({ ...row, depth: 0 }))
  const labelsOf = ({ keys }: SampleEntry) => fieldLabels(promised, keys)
  const entries =
    rest === '' ? childEntries(sample, source.path.keys) : searchEntries(allEntries(sample), rest, resultsPerSource, labelsOf)
  return entries.map((entry) => rowOf(source, entry, wayName(promised, entry.keys), 0))
}

function allRows(
  source: DataSource,
  sample: Json | undefined,
  promised: ParamSchema | undefined,
  toggled: ReadonlyMap<string, boolean>,
): PickerRow[] {
  if (sample === undefined) {
    if (source.path.root === 'trigger') return promisedRows(source, promised)
    // The test comes last: Enter at the top of the list should put something in, not run something.
    return [
      ...promisedRows(source, promised),
      {
        kind: 'test',
        id: `${source.node.id} test`,
        label: `Test “${source.name}” to see its data`,
        stepId: source.node.id,
        depth: 0,
      },
    ]
  }
  const everything: PickerRow = {
    kind: 'value',
    id: `${source.node.id} all`,
    label: 'Everything it gave',
    word: typeWord(sample),
    preview: shortValue(sample),
    depth: 0,
    insert: holeOfPath(source.path),
  }
  return [everything, ...treeRows({ source, sample, promised, toggled }, [], 0)]
}

interface Tree {
  source: DataSource
  sample: Json
  promised: ParamSchema | undefined
  toggled: ReadonlyMap<string, boolean>
}

function treeRows(tree: Tree, keys: PathKey[], depth: number): PickerRow[] {
  const { source, sample, promised, toggled } = tree
  const rows: PickerRow[] = []
  const value = valueAt(sample, keys)
  if (Array.isArray(value)) rows.push(...listRows(source, value, keys, depth))
  const isTop = source.path.root === 'trigger' && keys.length === 0
  const entries = isTop ? bodyFirst(childEntries(value, keys), (entry) => entry.keys[0]) : childEntries(value, keys)
  for (const entry of Array.isArray(value) ? entries.slice(0, 1) : entries) {
    const row = Array.isArray(value)
      ? rowOf(source, entry, { label: 'First item' }, depth)
      : rowOf(source, entry, fieldName(promised, entry.keys), depth)
    // The body of a request and its files are what people look for; everything deeper is one key press away.
    const isOpen = toggled.get(row.id) ?? (depth === 0 && (entry.name === 'body' || (isTop && entry.name === 'files')))
    if (entry.hasChildren) rows.push({ ...row, open: isOpen })
    else rows.push(row)
    if (entry.hasChildren && isOpen) rows.push(...treeRows(tree, entry.keys, depth + 1))
  }
  return rows
}

/** What one wants of a list besides its items. */
function listRows(source: DataSource, list: readonly Json[], keys: PathKey[], depth: number): PickerRow[] {
  const expression = expressionOfPath({ ...source.path, keys })
  const id = `${source.node.id} ${keys.join(' ')}`
  const isPlain = list.slice(0, 20).every((item) => typeof item !== 'object')
  const count: PickerRow = {
    kind: 'value',
    id: `${id} count`,
    label: 'How many',
    word: 'number',
    preview: String(list.length),
    depth,
    insert: `{{ ${expression}.length }}`,
  }
  if (!isPlain) return [count]
  const joined = list.slice(0, 20).map(String).join(', ')
  return [
    count,
    {
      kind: 'value',
      id: `${id} text`,
      label: 'All as text',
      word: 'text',
      preview: shortValue(joined),
      depth,
      insert: `{{ ${expression}.join(', ') }}`,
    },
  ]
}

function rowOf(source: DataSource, entry: SampleEntry, name: FieldName, depth: number): PickerRow & { kind: 'value' } {
  return {
    kind: 'value',
    id: `${source.node.id} ${JSON.stringify(entry.keys)}`,
    ...name,
    word: entry.word,
    preview: entry.preview,
    depth,
    insert: holeOfPath({ ...source.path, keys: entry.keys }),
  }
}

const wordOfType: { [type: string]: TypeWord } = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'yes/no',
  array: 'list',
  object: 'group',
}

/** Fields known before the step ever ran, those of a body right below it. */
function promisedRows(
  source: DataSource,
  schema: ParamSchema | undefined,
  keys: readonly string[] = [],
): (PickerRow & { kind: 'value' })[] {
  const properties = Object.entries(schema?.properties ?? {})
  const isTop = source.path.root === 'trigger' && keys.length === 0
  return (isTop ? bodyFirst(properties, ([name]) => name) : properties).flatMap(([name, property]) => {
    const way = [...keys, name]
    const row: PickerRow & { kind: 'value' } = {
      kind: 'value',
      id: `${source.node.id} promised ${way.join(' ')}`,
      ...labelled(property.title || name, name),
      word: property.format?.startsWith('date') === true ? 'date' : wordOfType[String(property.type)],
      preview: '',
      depth: keys.length,
      insert: holeOfPath({ ...source.path, keys: way }),
    }
    return isTop && name === 'body' ? [row, ...promisedRows(source, property, way)] : [row]
  })
}
