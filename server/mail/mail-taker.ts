import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { InboxRequest } from '#engine/index.ts'
import type { JsonText } from '#shared/json.ts'
import { findMailbox, type Mailbox } from '../db/find-mailbox.ts'
import { putRequestSample } from '../db/put-request-sample.ts'
import type { Deps } from '../deps.ts'
import { newFile } from '../files/new-file.ts'
import { startWithFiles } from '../files/start-with-files.ts'
import { createAddressLimit } from '../http/address-limit.ts'
import { webhookParams } from '../hooks/webhook-params.ts'
import { newRequestId } from '../new-request-id.ts'
import { isSenderAllowed } from './is-sender-allowed.ts'
import type { MailReader } from './mail-reader.ts'
import { mailTrigger } from './mail-trigger.ts'
import type { ReadMail } from './read-mail.ts'
import { UnreadableMail } from './reading-thread.ts'
import { recipientFrom, type Recipient } from './recipient.ts'
import { SmtpError } from './smtp-error.ts'

/** Mails of senders who may not write are noted in the inbox, this many a minute of one address. */
const rejectedPerMinute = 30

/** A mail as it was handed in. */
export interface HandedIn {
  bytes: Uint8Array<ArrayBuffer>
  sender: string
  recipients: readonly string[]
  /** The address of the server that handed it in. */
  remote: string
}

interface Envelope {
  sender: string
  remote: string
  sizeBytes: number
  /** What makes it the same mail when it is sent again. */
  delivery: string
}

interface Target {
  recipient: Recipient
  mailbox: Mailbox
}

export interface MailTaker {
  /** Throws an `SmtpError` unless mail to this address is taken. */
  checkRecipient(address: string): Promise<void>
  /** Starts what the mail is for, or keeps it; all of it is durable when this resolves. Throws an `SmtpError` otherwise. */
  take(mail: HandedIn): Promise<void>
}

/** What becomes of mails: for each flow they are addressed to a run, or a place in its inbox. */
export function createMailTaker(deps: Deps, reader: MailReader): MailTaker {
  const { pool, engine, settings } = deps
  const mayKeepRejected = createAddressLimit(rejectedPerMinute)

  async function find(address: string): Promise<Target | undefined> {
    const recipient = recipientFrom(address, settings.mail.domains)
    const mailbox = recipient && (await findMailbox(pool, recipient.path))
    return mailbox && recipient && { recipient, mailbox }
  }

  async function read(bytes: Uint8Array<ArrayBuffer>): Promise<ReadMail> {
    try {
      return await reader.read(bytes)
    } catch (error) {
      if (!(error instanceof UnreadableMail)) throw error
      const isCostly = error.why !== 'wrong'
      if (error.why === 'time') throw new SmtpError(451, 'This message takes too long to read', { cause: error, isCostly })
      throw new SmtpError(554, 'This message cannot be read', { cause: error, isCostly })
    }
  }

  async function give(mail: ReadMail, { sender, delivery, ...from }: Envelope, { recipient, mailbox }: Target): Promise<void> {
    const { workspaceId, flowId, path } = mailbox
    const request: InboxRequest = { id: newRequestId(), method: 'MAIL', path, ...from }
    const files = mail.attachments.map(({ name, type, content }) =>
      newFile(name, type, Buffer.from(content.buffer, content.byteOffset, content.length)),
    )
    const sent = files.map(({ file }) => file)
    const trigger = mailTrigger(new Date(), { recipient, sender, delivery }, mail, sent)
    if (trigger.length > settings.maxBodyBytes) throw new SmtpError(552, 'The text of this message is too long')
    const place = { workspaceId, flowId, requestId: request.id }
    await startWithFiles(deps, place, files, () => start(mailbox, request, trigger))
  }

  /** The run, or the place in the inbox; both are durable when this resolves. */
  async function start(mailbox: Mailbox, request: InboxRequest, trigger: JsonText): Promise<{ isRepeat?: boolean }> {
    const { workspaceId, flowId, nodeId } = mailbox
    const keep = (reason: string) => engine.keepRequest({ ...request, workspaceId, flowId, trigger, state: 'kept', reason })
    if (mailbox.state !== 'live') {
      await deps.keepForLater({ ...request, workspaceId, flowId, trigger }, mailbox.state)
      if (mailbox.state === 'draft') await putRequestSample(pool, { flowId, stepId: nodeId, value: trigger })
      return {}
    }
    const now = new Date()
    const params = webhookParams(mailbox.params)
    const reason = params.reasonNotToStart(trigger, now)
    if (reason !== undefined) {
      await keep(reason)
      return {}
    }
    const key = params.keyOf(request.path, trigger, now)
    const started = await engine.startRun({
      workspaceId,
      flowId,
      version: mailbox.version,
      planHash: mailbox.planHash,
      triggerId: nodeId,
      trigger,
      request,
      ...(key === undefined ? {} : { idempotencyKey: key, keyForMs: params.keyForMs }),
    })
    if (started.runId === null) return {}
    await started.durable
    return { isRepeat: started.isRepeat }
  }

  /** Of a mail whose sender may not write only its heading is noted. */
  async function keepRejected(mail: ReadMail, { remote, sizeBytes }: Envelope, { mailbox }: Target): Promise<void> {
    const { workspaceId, flowId, path } = mailbox
    if (!mayKeepRejected(remote)) return
    const heading = `From: ${mail.from.address}\nSubject: ${mail.subject}`.slice(0, 1000)
    await engine.keepRequest({
      id: newRequestId(),
      method: 'MAIL',
      path,
      remote,
      sizeBytes,
      workspaceId,
      flowId,
      trigger: JSON.stringify(heading),
      state: 'rejected',
      reason: 'sender_not_allowed',
    })
  }

  return {
    async checkRecipient(address) {
      if ((await find(address)) === undefined) throw new SmtpError(550, 'No such mailbox here')
    },

    async take({ bytes, sender, recipients, remote }) {
      const targets = new Map<string, Target>()
      for (const address of recipients) {
        const target = await find(address)
        if (target) targets.set(`${target.recipient.path}+${target.recipient.tag}`, target)
      }
      if (targets.size === 0) throw new SmtpError(550, 'No such mailbox here')
      const digest = createHash('sha256').update(bytes).digest('hex')
      const sizeBytes = bytes.length
      const mail = await read(bytes)
      // A mail without a name of its own is known by all it consists of.
      const delivery = mail.messageId === '' ? `sha256:${digest}` : mail.messageId
      const envelope = { sender, delivery, remote, sizeBytes }
      let taken = 0
      for (const target of targets.values()) {
        if (isSenderAllowed(mail.from.address, allowedBy(target.mailbox))) {
          await give(mail, envelope, target)
          taken++
        } else await keepRejected(mail, envelope, target)
      }
      if (taken === 0) throw new SmtpError(550, 'Mail from this sender is not taken here')
    },
  }
}

function allowedBy({ params }: Mailbox): string[] {
  return z
    .array(z.string())
    .catch([])
    .parse(params['allowFrom'] ?? [])
}
