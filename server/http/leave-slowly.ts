import type { Duplex } from 'node:stream'

/** How long a caller may take to read the answer and to stop sending. */
const lingerMs = 5000
const closing = new WeakSet<Duplex>()
const leaving = new WeakSet<Duplex>()

/**
 * Ends a connection whose other side may still be sending: says that nothing more comes, and takes in and drops what
 * does, for a while. To close it at once would reset it, and a reset makes callers lose the answer they were sent.
 */
export function leaveSlowly(socket: Duplex): void {
  if (leaving.has(socket)) return
  leaving.add(socket)
  closing.add(socket)
  socket.end()
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
}

/** Has a connection end once what was asked on it is answered. */
export function takeNoMore(socket: Duplex): void {
  closing.add(socket)
}

/** Whether a connection is, or is about to be, said good-bye to: whatever else is asked on it gets no answer. */
export function isLeaving(socket: Duplex): boolean {
  return closing.has(socket)
}
