import { AppError } from '#shared/errors.ts'
import { ValueName } from '#shared/values.ts'

/** The name in an address, when something is to be made under it. */
export function nameFrom(text: string): string {
  const { data, error } = ValueName.safeParse(text)
  if (data !== undefined) return data
  const message = error?.issues[0]?.message ?? 'The name can’t be used'
  throw new AppError('invalid_request', `${message}.`, { errors: [{ path: 'name', message }] })
}
