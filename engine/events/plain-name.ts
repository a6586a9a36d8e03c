import { AppError } from '#shared/errors.ts'

/** Names of events. */
export function plainName(name: string): string {
  if (name !== '' && name.length <= 200 && !name.includes('\0')) return name
  throw new AppError('invalid_request', 'The name of an event is plain text of 1 to 200 characters.')
}
