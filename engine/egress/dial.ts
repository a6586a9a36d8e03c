import { lookup as systemLookup } from 'node:dns/promises'
import { isIP, type Socket } from 'node:net'
import { buildConnector } from 'undici'
import { AppError } from '#shared/errors.ts'
import { addressProblem, isMetadataName, type AllowedRange } from './check-address.ts'

/** Gives every address of a name. */
export type Lookup = (hostname: string) => Promise<string[]>

export interface DialOptions {
  allowed: readonly AllowedRange[]
  /** Instead of the system's resolver. */
  lookup?: Lookup
  connectMs: number
}

const everyAddress: Lookup = async (hostname) =>
  (await systemLookup(hostname, { all: true, verbatim: true })).map(({ address }) => address)

/**
 * Makes the connector behind every outbound request: a name is resolved once, each of its addresses is checked, and
 * exactly those are dialled. There is no second resolution for a rebinding name to answer differently.
 */
export function createDialer(options: DialOptions): buildConnector.connector {
  const lookup = options.lookup ?? everyAddress
  const connect = buildConnector({ timeout: options.connectMs, allowH2: false })
  const connectTo = (target: buildConnector.Options): Promise<Socket> =>
    new Promise((resolve, reject) => {
      connect(target, (error, socket) => {
        if (error) reject(error)
        else if (socket) resolve(socket)
      })
    })

  return (target, callback) => {
    const dial = async () => {
      const hostname = target.hostname.replace(/^\[|\]$/g, '')
      const addresses = await checkedAddresses(hostname, lookup, options.allowed)
      let failure: unknown
      for (const address of addresses) {
        try {
          // TLS still asks for, and verifies, the name; an address has no name to ask for.
          return await connectTo({
            ...target,
            hostname: address,
            ...(target.protocol === 'https:' && isIP(hostname) === 0 ? { servername: hostname } : {}),
          })
        } catch (error) {
          failure = error
        }
      }
      throw failure
    }
    dial().then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    )
  }
}

async function checkedAddresses(hostname: string, lookup: Lookup, allowed: readonly AllowedRange[]): Promise<string[]> {
  if (isMetadataName(hostname)) throw refusal(hostname, 'a metadata service')
  const addresses = isIP(hostname)
    ? [hostname]
    : isLocalhost(hostname)
      ? loopbackAddresses(allowed)
      : await resolve(hostname, lookup)
  for (const address of addresses) {
    const problem = addressProblem(address, allowed)
    if (problem !== undefined) throw refusal(hostname, problem)
  }
  return addresses
}

/** Never asked of a resolver (RFC 6761), and where one family is allowed the other isn't dialled. */
function loopbackAddresses(allowed: readonly AllowedRange[]): string[] {
  const usable = ['127.0.0.1', '::1'].filter((address) => addressProblem(address, allowed) === undefined)
  return usable.length === 0 ? ['127.0.0.1'] : usable
}

function isLocalhost(hostname: string): boolean {
  return /(^|\.)localhost\.?$/i.test(hostname)
}

async function resolve(hostname: string, lookup: Lookup): Promise<string[]> {
  let addresses: string[]
  try {
    addresses = await lookup(hostname)
  } catch (cause) {
    throw new AppError('network_error', `The name ${hostname} could not be resolved. Check its spelling.`, {
      cause,
      beforeSending: true,
    })
  }
  if (addresses.length === 0) throw new AppError('network_error', `The name ${hostname} has no address.`, { beforeSending: true })
  return addresses
}

function refusal(hostname: string, problem: string): AppError {
  return new AppError(
    'egress_denied',
    `Calls to ${hostname} are not allowed: it is ${problem}. Whoever runs this server can allow ranges with HOLDFAST_EGRESS_PRIVATE.`,
  )
}
