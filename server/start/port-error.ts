import { StartError } from '../embedded/index.ts'

/** A port that was to be listened at, and the settings it comes from. */
interface AskedPort {
  host: string
  port: number
  /** What it is for, where that is not the web. */
  use?: string
  hostSetting: string
  portSetting: string
}

/** Why a port can't be listened at, in words for whoever starts the server; an error that nothing is known of as it is. */
export function portError(error: Error & { code?: string }, asked: AskedPort): Error {
  const { host, port, use, hostSetting, portSetting } = asked
  const named = use === undefined ? `Port ${port}` : `Port ${port} for ${use}`
  switch (error.code ?? '') {
    case 'EADDRINUSE':
      return new StartError(
        `${named} is already taken on ${host}; stop what uses it or choose another with ${portSetting}.`,
        error,
      )
    case 'EACCES':
      return new StartError(`${named} may not be used by this user; choose one above 1023 with ${portSetting}.`, error)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartError(
        `${host} is not an address of this machine; set ${hostSetting} to one that is, such as 127.0.0.1.`,
        error,
      )
    default:
      return error
  }
}
