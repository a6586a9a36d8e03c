import { connect, type Socket } from 'node:net'

export interface RawConnection {
  socket: Socket
  /** What came until the server ended the connection, or until it has come to hold something. */
  answer(until?: string): Promise<string>
}

/** A connection on which a test sends what no client library would. */
export function rawConnection(url: string, first = ''): RawConnection {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  let text = ''
  let isOver = false
  let look = () => {}
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
    look()
  })
  for (const event of ['end', 'close', 'error'] as const)
    socket.on(event, () => {
      isOver = true
      look()
    })
  socket.write(first)
  return {
    socket,
    answer: (until) =>
      new Promise((resolve) => {
        look = () => {
          if (isOver || (until !== undefined && text.includes(until))) resolve(text)
        }
        look()
      }),
  }
}
