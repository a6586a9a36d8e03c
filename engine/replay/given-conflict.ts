import { AppError } from '#shared/errors.ts'

/** An output was given for something that runs again. */
export function conflict(path: string): AppError {
  return new AppError(
    'invalid_request',
    `"${path}" runs again, because something before it does, so its output can’t be given. Leave out one of the two.`,
    { errors: [{ path: `outputs.${path}`, message: 'Runs again' }] },
  )
}
