import type { Socket } from 'node:net'
import { AppError } from '#shared/errors.ts'
import { addressGroup, isOwnNetwork } from './address-group.ts'
import { createCallers } from './callers.ts'
import { peerAddress } from './client-address.ts'
import { leaveSlowly } from './leave-slowly.ts'
import { rawProblem } from './raw-problem.ts'
import { isTrustedProxy, type TrustedProxies } from './trusted-proxies.ts'

export interface ConnectionLimits {
  /** Open at a time, of everybody together. */
  connections: number
  /** Of one address. Absent: the default, and callers of our own network may have as many as they like. */
  connectionsOfAddress?: number | undefined
  trustedProxies: TrustedProxies
}

export const defaultConnectionsOfAddress = 256
/** What watches this server, and proxies before it, still get through when strangers hold all there are. */
const keptForOwnNetwork = 100
/** So many at a time are told why; when it is more, they are hung up on. */
const mostRefused = 200

/** Refuses connections above what one address, or all together, may have. The proxies that are trusted stand for many. */
export function limitConnections(limits: ConnectionLimits): (socket: Socket) => void {
  const callers = createCallers<Socket>(limits.connectionsOfAddress ?? defaultConnectionsOfAddress)
  let open = 0
  let refused = 0

  function problemWith(socket: Socket): AppError | undefined {
    const address = peerAddress(socket)
    const isOwn = isOwnNetwork(address)
    if (open > limits.connections + (isOwn ? keptForOwnNetwork : 0))
      return new AppError('not_ready', 'Too many connections are open at once. Try again later.')
    const isFree = isTrustedProxy(limits.trustedProxies, address) || (isOwn && limits.connectionsOfAddress === undefined)
    if (isFree || callers.add(socket, addressGroup(address))) return undefined
    return new AppError('rate_limited', 'Too many connections are open from your address.', { retryAfterMs: 1000 })
  }

  return (socket) => {
    open++
    const problem = problemWith(socket)
    if (problem) refused++
    socket.once('close', () => {
      open--
      callers.remove(socket)
      if (problem) refused--
    })
    if (problem === undefined) return
    if (refused > mostRefused) socket.destroy()
    else {
      socket.write(rawProblem(problem))
      leaveSlowly(socket)
    }
  }
}
