import type { NodeType } from '#shared/manifest.ts'
import type { Catalog } from '#shared/manifest.ts'
import type { AddPlace } from '../state.ts'
import { familyWord } from '../canvas/family-look.ts'

export interface TypeGroup {
  title: string
  types: NodeType[]
}

const families = ['start', 'app', 'logic', 'code', 'data', 'people', 'ai'] as const

/** What can be added at a place, best first: in families while nothing is typed, by likeness once something is. */
export function groupedTypes(catalog: Catalog, place: AddPlace, query: string): TypeGroup[] {
  const types = [...catalog.values()]
  const fits = (type: NodeType) => {
    if (place.kind === 'free') return true
    return place.kind === 'start' ? type.role === 'trigger' : type.role === 'step'
  }
  const text = query.trim().toLowerCase()
  if (text === '') {
    const fitting = types.filter(fits)
    const groups = families.map((family) => ({
      title: familyWord[family],
      types: fitting.filter((type) => type.family === family && type.role !== 'note'),
    }))
    const notes = fitting.filter((type) => type.role === 'note')
    return [...groups, { title: 'For people who read it', types: notes }].filter((group) => group.types.length > 0)
  }
  const ranked = types
    .map((type) => ({ type, score: likeness(type, text) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || a.type.title.localeCompare(b.type.title))
    .map(({ type }) => type)
  return [
    { title: 'Fits here', types: ranked.filter(fits) },
    { title: place.kind === 'start' ? 'Steps, for later' : 'Other', types: ranked.filter((type) => !fits(type)) },
  ].filter((group) => group.types.length > 0)
}

/** How much a type is what somebody means: its title counts most, then its other words. */
function likeness(type: NodeType, text: string): number {
  const title = type.title.toLowerCase()
  if (title === text) return 100
  if (title.startsWith(text)) return 90
  if (wordsOf(title).some((word) => word.startsWith(text))) return 80
  if (type.type.toLowerCase().startsWith(text)) return 75
  const keywords = type.keywords.map((word) => word.toLowerCase())
  if (keywords.includes(text)) return 70
  if (keywords.some((word) => word.startsWith(text))) return 60
  const app = type.app?.toLowerCase() ?? ''
  if (app.startsWith(text)) return 55
  const parts = wordsOf(text)
  const all = [...wordsOf(title), ...keywords.flatMap(wordsOf), ...wordsOf(app)]
  if (parts.length > 1 && parts.every((part) => all.some((word) => word.startsWith(part)))) return 50
  if (title.includes(text)) return 40
  if (type.description.toLowerCase().includes(text)) return 20
  return isSubsequence(text, title) ? 10 : 0
}

function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
}

function isSubsequence(letters: string, text: string): boolean {
  let at = 0
  for (const letter of text) if (letter === letters[at]) at += 1
  return at === letters.length
}
