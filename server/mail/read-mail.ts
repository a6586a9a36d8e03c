import { randomBytes } from 'node:crypto'
import PostalMime, { type Address, type Attachment, type Email, type Mailbox } from 'postal-mime'

/** An e-mail taken apart. What a mail lacks is empty text, so that every mail has the same fields. */
export interface ReadMail {
  subject: string
  from: Mailbox
  to: Mailbox[]
  cc: Mailbox[]
  replyTo: Mailbox[]
  /** When it says it was written, in UTC; null when it doesn't, or not readably. */
  date: string | null
  text: string
  html: string
  attachments: ReadAttachment[]
  messageId: string
  inReplyTo: string
  references: string[]
  headers: { [name: string]: string }
}

export interface ReadAttachment {
  name: string
  type: string
  /** What the HTML calls it by, as `cid:…`. */
  contentId: string
  /** It is shown within the text. */
  inline: boolean
  content: Uint8Array<ArrayBuffer>
}

/** More than anybody sends, and few enough to be gone through at once. */
const most = {
  depth: 50,
  headerBytes: 256 * 1024,
  forwards: 5,
  attachments: 500,
  addresses: 2000,
  references: 200,
  htmlAsText: 1024 ** 2,
}

/** Takes an e-mail apart. Throws when it goes beyond what is read of any. */
export async function readMail(bytes: Uint8Array): Promise<ReadMail> {
  const email = await PostalMime.parse(bytes, {
    maxNestingDepth: most.depth,
    maxHeadersSize: most.headerBytes,
    maxRfc822NestingDepth: most.forwards,
  })
  if (email.attachments.length > most.attachments) throw new Error(`more than ${most.attachments} attachments`)
  const html = email.html ?? ''
  return {
    subject: email.subject ?? '',
    from: mailboxes(email.from && [email.from])[0] ?? { name: '', address: '' },
    to: mailboxes(email.to),
    cc: mailboxes(email.cc),
    replyTo: mailboxes(email.replyTo),
    date: instantOf(email.date),
    text: (email.text ?? (await textOf(html))).trimEnd(),
    html,
    attachments: email.attachments.map(attachmentFrom),
    messageId: idsIn(email.messageId)[0] ?? '',
    inReplyTo: idsIn(email.inReplyTo)[0] ?? '',
    references: idsIn(email.references).slice(0, most.references),
    headers: headersOf(email),
  }
}

function mailboxes(addresses: Address[] | undefined): Mailbox[] {
  const flat = (addresses ?? []).flatMap((address) => address.group ?? [address])
  if (flat.length > most.addresses) throw new Error(`more than ${most.addresses} addresses`)
  return flat.map(({ name, address }) => ({ name, address: address ?? '' }))
}

function instantOf(date: string | undefined): string | null {
  const time = date === undefined ? NaN : Date.parse(date)
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}

/** `<a@b> <c@d>` as `a@b` and `c@d`; of one without brackets, the whole. */
function idsIn(header: string | undefined): string[] {
  const found = [...(header ?? '').matchAll(/<([^<>\s]+)>/g)].map(([, id]) => id ?? '')
  const bare = header?.trim() ?? ''
  return found.length > 0 || bare === '' ? found : bare.split(/\s+/)
}

function attachmentFrom({ filename, mimeType, disposition, related, contentId, content }: Attachment): ReadAttachment {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content)
  return {
    name: filename ?? '',
    type: mimeType,
    contentId: contentId?.replaceAll(/^<|>$/g, '') ?? '',
    inline: related === true || disposition === 'inline',
    content: bytes,
  }
}

/** By name, in small letters; what stands there several times is in lines below each other. */
function headersOf({ headers }: Email): { [name: string]: string } {
  const values = new Map<string, string[]>()
  for (const { key, value } of headers) {
    if (!/^[\w!#$%&'*+.^`|~-]{1,200}$/.test(key)) continue
    const before = values.get(key)
    if (before) before.push(value)
    else values.set(key, [value])
  }
  return Object.fromEntries([...values].map(([name, lines]) => [name, lines.join('\n')]))
}

/**
 * The words of a mail that has only HTML. The parser writes HTML as text where a mail mixes the two, and so it is
 * handed such a mail.
 */
async function textOf(html: string): Promise<string> {
  if (html === '' || html.length > most.htmlAsText) return ''
  const boundary = randomBytes(16).toString('hex')
  const part = (type: string, content: string) => `--${boundary}\r\nContent-Type: ${type}; charset=utf-8\r\n\r\n${content}\r\n`
  const mixed = `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n${part('text/plain', '')}${part('text/html', html)}--${boundary}--\r\n`
  return (await PostalMime.parse(mixed)).text?.trim() ?? ''
}
