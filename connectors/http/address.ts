import { AppError } from '#shared/errors.ts'
import { textFrom } from './text-from.ts'

/** The address to call, with its parameters. Lists repeat a parameter; empty (`null`) ones are left out. */
export function requestAddress(text: string, query: { [name: string]: unknown } = {}): URL {
  const url = URL.parse(text)
  if (!url)
    throw new AppError(
      'invalid_input',
      'The address is not a whole web address; it starts with https:// or http:// and a host name.',
    )
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new AppError('invalid_input', `The address starts with ${url.protocol}//; only https:// and http:// can be called.`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new AppError('invalid_input', 'The address holds a user name or password; send it in an Authorization header instead.')
  }
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== null && each !== undefined) url.searchParams.append(name, textFrom(each))
    }
  }
  return url
}
