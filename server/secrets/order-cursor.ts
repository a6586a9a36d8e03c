import { AppError } from '#shared/errors.ts'
import { pageFrom } from '../page.ts'

/** Where a list goes on that is ordered by when its items were made. */
export function orderCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  if (!/^\d{1,15}$/.test(cursor)) throw new AppError('invalid_request', 'The cursor is not one of this list’s.')
  return Number(cursor)
}

export function pageByOrder<Found extends { n: string }, Item>(found: Found[], limit: number, itemOf: (found: Found) => Item) {
  const { items, nextCursor } = pageFrom(found, limit, ({ n }) => n)
  return { items: items.map(itemOf), nextCursor }
}
