import type { JsonText } from '#shared/json.ts'
import type { SentFile } from '#shared/sent-file.ts'
import { triggerText } from '#shared/trigger-text.ts'
import type { ReadMail } from './read-mail.ts'
import type { Recipient } from './recipient.ts'

interface Envelope {
  /** Whom it came in for. */
  recipient: Recipient
  /** Who handed it in, as the sending server says; empty for news of a mail that couldn't be delivered. */
  sender: string
  /** What makes it the same mail when it is sent again. */
  delivery: string
}

/** The whole `trigger` of a run that an e-mail starts. The headers come last: they are long, and what lists search is the beginning. */
export function mailTrigger(
  at: Date,
  { recipient, sender, delivery }: Envelope,
  mail: ReadMail,
  files: readonly SentFile[],
): JsonText {
  const { subject, from, to, cc, replyTo, date, text, html, messageId, inReplyTo, references, headers } = mail
  const attachments = mail.attachments.map(({ contentId, inline }, index) => ({ ...files[index]?.inData, contentId, inline }))
  const body = { subject, from, to, cc, replyTo, date, text, html, attachments, messageId, inReplyTo, references }
  const whole = triggerText('email', at.getTime(), JSON.stringify(body), { ...recipient, sender, delivery })
  return `${whole.slice(0, -1)},"headers":${JSON.stringify(headers)}}`
}
