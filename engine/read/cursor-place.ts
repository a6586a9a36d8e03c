import { AppError } from '#shared/errors.ts'

/** The place in a list that a page's `nextCursor` named: `7`, or `7-2`. Throws `invalid_request` for any other text. */
export function cursorPlace(cursor: string): [number, number] {
  const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(cursor)
  if (match) return [Number(match[1]), Number(match[2] ?? 0)]
  const message = 'This cursor is none that this list has given. Ask without one to begin at the start.'
  throw new AppError('invalid_request', message, { errors: [{ path: 'cursor', message: 'Not a cursor of this list' }] })
}
