import { connect, type Socket } from 'node:net'

/** A conversation with an SMTP listener, word for word. */
export interface SmtpTalk {
  /** Says these lines one by one; gives the answer to the last. */
  say(...lines: string[]): Promise<string>
  /** Sends bytes as they are, and waits for nothing. */
  send(bytes: string | Uint8Array): void
  /** The next whole answer; the empty text once the other side has hung up. */
  answer(): Promise<string>
  /** Resolves when the other side has hung up. */
  closed: Promise<unknown>
  hangUp(): void
  socket: Socket
}

/** Calls the listener; its greeting is the first `answer`. */
export function smtpTalk(port: number): SmtpTalk {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.on('error', () => undefined)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  let heard = ''
  let isOver = false
  let wake = () => {}
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('latin1')
    wake()
  })
  socket.on('close', () => {
    isOver = true
    wake()
  })

  async function answer(): Promise<string> {
    for (;;) {
      // The last line of an answer has a space behind its number.
      const whole = /^(?:\d{3}-[^\n]*\n)*\d{3} [^\n]*\n/.exec(heard)?.[0]
      if (whole !== undefined) {
        heard = heard.slice(whole.length)
        return whole.trimEnd()
      }
      if (isOver) return ''
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }

  return {
    answer,
    closed,
    socket,
    send: (bytes) => void socket.write(bytes),
    hangUp: () => socket.destroy(),
    async say(...lines) {
      let last = ''
      for (const line of lines) {
        socket.write(`${line}\r\n`)
        last = await answer()
      }
      return last
    },
  }
}

/** A conversation that has said hello. */
export async function greetedTalk(port: number): Promise<SmtpTalk> {
  const talk = smtpTalk(port)
  await talk.answer()
  await talk.say('EHLO sender.example')
  return talk
}
