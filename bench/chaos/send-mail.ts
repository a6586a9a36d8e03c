import { createTransport } from 'nodemailer'

export interface Mail {
  port: number
  to: string
  subject: string
  text: string
  attachment: string
}

/** Hands a mail in once. Gives what the server said: 250 when it took it, 0 when there is no knowing. */
export async function sendMail({ port, to, subject, text, attachment }: Mail): Promise<{ status: number; text: string }> {
  const waitMs = 15_000
  const transport = createTransport({
    ...{ host: '127.0.0.1', port, ignoreTLS: true },
    ...{ connectionTimeout: waitMs, greetingTimeout: waitMs, socketTimeout: waitMs },
  })
  try {
    const sent = await transport.sendMail({
      from: 'Chaos <chaos@nimbus.example>',
      to,
      subject,
      text,
      // The same name each time it is handed in: by that it is known.
      messageId: `<${subject}@nimbus.example>`,
      attachments: [{ filename: 'a.txt', content: attachment }],
    })
    return { status: 250, text: sent.response }
  } catch (error) {
    const status = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0
    return { status, text: error instanceof Error ? error.message : String(error) }
  } finally {
    transport.close()
  }
}
