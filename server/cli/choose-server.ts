import { isLoopbackHost } from '../http/loopback.ts'
import { CommandError, exitCodes } from './command-error.ts'

const defaultUrl = 'http://127.0.0.1:3000'

export interface ServerChoice {
  url: string
  key: string
}

/**
 * Which server to talk to and the key for it. A folder may come from anywhere, so an address that only the folder
 * names gets the key only when it is this machine's own.
 */
export function chooseServer(
  environment: { [name: string]: string | undefined },
  option: string | undefined,
  remembered: string | undefined,
): ServerChoice {
  const fromEnvironment = environment['HOLDFAST_URL'] || undefined
  const url = originOf(option ?? fromEnvironment ?? remembered ?? defaultUrl)
  if (option === undefined && remembered !== undefined && originOf(remembered) !== url)
    throw new CommandError(
      exitCodes.usage,
      `This folder belongs to ${remembered}, and HOLDFAST_URL is ${url}. Set HOLDFAST_URL to the first, or say --url ${url} to go on with the second.`,
    )
  if (option === undefined && fromEnvironment === undefined && !isLoopbackHost(new URL(url).hostname))
    throw new CommandError(
      exitCodes.usage,
      `This folder belongs to ${url}. If that is your server, set HOLDFAST_URL=${url}; your key is sent to no address that only a folder names.`,
    )
  const key = environment['HOLDFAST_API_KEY']
  if (key === undefined || key === '')
    throw new CommandError(
      exitCodes.usage,
      `No API key is set. Make one that may build at ${url}/settings/api-keys and put it into the variable HOLDFAST_API_KEY.`,
    )
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new CommandError(exitCodes.usage, 'HOLDFAST_API_KEY holds spaces or characters that no key has. Copy it again.')
  return { url, key }
}

function originOf(text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '' || url.username !== '')
    throw new CommandError(exitCodes.usage, `"${text}" is no address of a server; it looks like https://holdfast.example.com.`)
  return url.origin
}
