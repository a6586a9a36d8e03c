import type { ParamSchema } from '#shared/manifest.ts'
import { fieldLabels } from '../editor/inspector/data/field-labels.ts'
import { labelled, type FieldName } from '../editor/inspector/data/field-name.ts'
import type { PathKey } from '../editor/inspector/data/path-expression.ts'

/** A place in what was sent as people read it, `Customer ▸ e-mail`, with its written path where that says more. */
export function placeName(promised: ParamSchema | undefined, path: string): FieldName {
  return labelled(fieldLabels(promised, keysOf(path)).join(' ▸ '), path)
}

/** The same for a place in all that came in; of what was sent, which is most of it, without saying so each time. */
export function placeNameInAll(promised: ParamSchema | undefined, path: string): FieldName {
  const [first, ...rest] = keysOf(path)
  if (first !== 'body' || rest.length === 0) return placeName(promised, path)
  return labelled(fieldLabels(promised?.properties?.['body'], rest).join(' ▸ '), path)
}

/** The parts of a written path: names parted by dots, those with marks in them quoted, and items of lists by number. */
function keysOf(path: string): PathKey[] {
  return [...path.matchAll(/\[("(?:[^"\\]|\\.)*")\]|[^.[]+/g)].map(([part, quoted]) => {
    if (quoted !== undefined) return quoted.slice(1, -1)
    return /^\d+$/.test(part) ? Number(part) : part
  })
}
