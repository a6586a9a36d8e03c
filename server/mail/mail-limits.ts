/** What strangers may ask of the listener. */
export interface MailLimits {
  maxBytes: number
  /** Mails one address may hand in within a minute; what comes above is told to come again later. */
  perMinute: number
  /** Servers of our own network pass on what strangers send to them: theirs is counted by mailbox alone. */
  isOwnNetworkFree: boolean
  /** Mails to one mailbox within a minute, from whomever. */
  ofMailboxPerMinute: number
  connections: number
  connectionsOfOne: number
  recipients: number
  mailsOfConnection: number
  /** Addresses that are nobody's which one address may ask for within a minute. */
  wrongPerMinute: number
  /** Nothing is heard for so long. */
  idleMs: number
  /** A message is not whole after so long. */
  messageMs: number
  connectionMs: number
}

export const defaultPerMinute = 120

export const mailLimits: Omit<MailLimits, 'maxBytes' | 'perMinute' | 'isOwnNetworkFree' | 'connections'> = {
  ofMailboxPerMinute: 1200,
  connectionsOfOne: 20,
  recipients: 50,
  mailsOfConnection: 100,
  wrongPerMinute: 60,
  idleMs: 60_000,
  messageMs: 300_000,
  connectionMs: 900_000,
}
