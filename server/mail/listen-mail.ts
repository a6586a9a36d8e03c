import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import type { Log } from '#engine/index.ts'
import { createAddressLimit } from '../http/address-limit.ts'
import { addressGroup, isOwnNetwork } from '../http/address-group.ts'
import { createCallers } from '../http/callers.ts'
import { createRateLimiter } from '../http/rate-limiter.ts'
import { portError } from '../start/port-error.ts'
import type { MailCounts } from './mail-counts.ts'
import type { MailLimits } from './mail-limits.ts'
import type { Certificate } from './read-certificate.ts'
import { receiveData } from './receive-data.ts'
import { SmtpError } from './smtp-error.ts'
import type { MailTaker } from './mail-taker.ts'

/** Mails that are held in memory at a time, in mails of the largest size. */
const held = 8
/** After a mail that took too much to read its sender waits for so long. */
const costlyWaitMs = 60_000
/** How long a message that is on its way may take when the process ends. */
const lastMailsMs = 5000

interface MailListenerOptions {
  host: string
  port: number
  /** What it calls itself. */
  name: string
  tls: Certificate | undefined
  limits: MailLimits
  counts: MailCounts
  log: Log
}

export interface MailListener {
  port: number
  /** Lets mail in; until then senders are asked to come again. */
  open(taker: MailTaker): void
  /** What senders may encrypt their way with from now on. */
  renew(certificate: Certificate): void
  /** Takes no more; what is on its way is finished, or its sender asked to come again. */
  stop(): Promise<void>
}

const farewell = 'This server goes away for now'

/** Takes the port of the SMTP listener. Throws a StartError when it can't be had. */
export async function listenMail({ host, port, name, tls, limits, counts, log }: MailListenerOptions): Promise<MailListener> {
  let taker: MailTaker | undefined
  let isStopping = false
  const budget = { left: limits.maxBytes * held }
  const mayHandIn = createAddressLimit(limits.perMinute)
  const mayBeWrong = createAddressLimit(limits.wrongPerMinute)
  const callers = createCallers<string>(limits.connectionsOfOne)
  const byMailbox = createRateLimiter({ limit: limits.ofMailboxPerMinute, perMs: 60_000 })
  const costly = createRateLimiter({ limit: 1, perMs: costlyWaitMs })
  const lifetimes = new Map<string, NodeJS.Timeout>()
  const busy = new Set<string>()

  function isFree(address: string): boolean {
    return limits.isOwnNetworkFree && isOwnNetwork(address)
  }

  /** Answers a command by what a function does: nothing thrown is yes. */
  async function decide(
    work: () => void | Promise<void>,
    callback: (error?: Error | null) => void,
  ): Promise<SmtpError | undefined> {
    let problem: SmtpError | undefined
    try {
      await work()
    } catch (error) {
      problem = error instanceof SmtpError ? error : laterError(error)
    }
    if (problem) counts[problem.responseCode >= 500 ? 'refused' : 'putOff']++
    callback(problem)
    return problem
  }

  function laterError(error: unknown): SmtpError {
    log.warn({ err: error }, 'An e-mail could not be taken just now; its sender was asked to try again')
    return new SmtpError(451, 'This did not work just now, try again later')
  }

  function hangUp(id: string, message: string): void {
    for (const connection of server.connections) if (connection.id === id) connection.send(421, message)
  }

  async function take(stream: Parameters<SMTPServer['onData']>[0], session: SMTPServerSession): Promise<void> {
    const { maxBytes, messageMs } = limits
    const { bytes, release } = await receiveData(stream, { maxBytes, timeoutMs: messageMs, budget })
    try {
      const { mailFrom, rcptTo } = session.envelope
      await taker?.take({
        bytes,
        sender: mailFrom === false ? '' : mailFrom.address,
        recipients: rcptTo.map(({ address }) => address),
        remote: session.remoteAddress,
      })
    } finally {
      release()
    }
  }

  const server = new SMTPServer({
    name,
    heloResponse: '%s',
    logger: false,
    noDelay: true,
    disabledCommands: ['AUTH', 'HELP', 'WIZ', 'SHELL', 'KILL', ...(tls ? [] : ['STARTTLS'])],
    authOptional: true,
    disableReverseLookup: true,
    ...(tls ? { cert: tls.cert, key: tls.key } : {}),
    size: limits.maxBytes,
    maxClients: limits.connections,
    maxRecipients: limits.recipients,
    maxCommandLength: 2048,
    socketTimeout: limits.idleMs,
    closeTimeout: lastMailsMs,
    onConnect(session, callback) {
      void decide(() => {
        if (taker === undefined || isStopping) throw new SmtpError(421, 'Not just now, try again later')
        if (!isFree(session.remoteAddress) && !callers.add(session.id, addressGroup(session.remoteAddress)))
          throw new SmtpError(421, 'Too many connections from your address')
        const end = setTimeout(() => hangUp(session.id, 'This connection was open for long enough'), limits.connectionMs)
        lifetimes.set(session.id, end.unref())
      }, callback)
    },
    onClose(session) {
      callers.remove(session.id)
      clearTimeout(lifetimes.get(session.id))
      lifetimes.delete(session.id)
    },
    onMailFrom(_address, session, callback) {
      void decide(() => {
        if (session.transaction > limits.mailsOfConnection) throw new SmtpError(421, 'Enough for one connection, call again')
        const isTooMuch = !isFree(session.remoteAddress) && !mayHandIn(session.remoteAddress)
        if (isTooMuch || costly.waitMs(addressGroup(session.remoteAddress)) > 0)
          throw new SmtpError(451, 'Too much mail from your address, try again in a minute')
      }, callback)
    },
    onRcptTo({ address }, session, callback) {
      void decide(async () => {
        try {
          await taker?.checkRecipient(address)
        } catch (error) {
          const isNobody = error instanceof SmtpError && error.responseCode === 550
          if (isNobody && !isFree(session.remoteAddress) && !mayBeWrong(session.remoteAddress))
            throw new SmtpError(421, 'Too many wrong addresses')
          throw error
        }
        const mailbox = address.replace(/[+@].*$/s, '').toLowerCase()
        if (byMailbox.take(mailbox) > 0) throw new SmtpError(451, 'Too much mail for this address, try again in a minute')
      }, callback)
    },
    onData(stream, session, callback) {
      busy.add(session.id)
      const done = (error?: Error | null) => {
        busy.delete(session.id)
        callback(error)
        if (isStopping) hangUp(session.id, farewell)
      }
      void decide(() => take(stream, session), done).then((problem) => {
        if (problem === undefined) counts.taken++
        else if (problem.isCostly) costly.take(addressGroup(session.remoteAddress))
      })
    },
  })
  // Of a connection: whoever broke it off knows. Of the listener: only while it begins, which is heard below.
  server.on('error', () => undefined)

  await new Promise<void>((resolve, reject) => {
    const asked = { host, port, use: 'e-mail', hostSetting: 'HOLDFAST_MAIL_HOST', portSetting: 'HOLDFAST_MAIL_PORT' }
    server.server.once('error', (error) => reject(portError(error, asked)))
    server.listen(port, host, resolve)
  })
  const address = server.server.address()
  return {
    port: address === null || typeof address === 'string' ? port : address.port,
    open(given) {
      taker = given
    },
    renew({ cert, key }) {
      server.updateSecureContext({ cert, key })
    },
    stop() {
      isStopping = true
      return new Promise((resolve) => {
        server.close(resolve)
        for (const connection of server.connections) if (!busy.has(connection.id)) connection.send(421, farewell)
      })
    },
  }
}
