import { AppError } from '#shared/errors.ts'
import { type IdKind, idPrefixes } from '#shared/ids.ts'

/**
 * Where a list that goes by its items' ids goes on; the pages of a search among requests have marks of their own. Any other
 * text would look like the end of the list to a program that mixed two up.
 */
export function idCursor(cursor: string | undefined, kind: IdKind): string | undefined {
  if (cursor === undefined || cursor === '') return undefined
  if (cursor.startsWith(`${idPrefixes[kind]}_`) || (kind === 'request' && cursor.startsWith('at_'))) return cursor
  const message = 'This cursor is none that this list has given. Ask without one to begin at the start.'
  throw new AppError('invalid_request', message, { errors: [{ path: 'cursor', message: 'Not a cursor of this list' }] })
}
