import type { Duplex } from 'node:stream'

/** How long a caller may take to read the answer and to stop sending. */
const lingerMs = 5000
const leaving = new WeakSet<Duplex>()

/**
 * Ends a connection whose other side may still be sending: says that nothing more comes, and takes in and drops what
 * does, for a while. To close it at once would reset it, and a reset makes callers lose the answer they were sent.
 */
export function leaveSlowly(socket: Duplex): void {
  if (leaving.has(socket)) return
  leaving.add(socket)
  socket.end()
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
}

/** Whether a connection was said good-bye to: whatever else is asked on it gets no answer. */
export function isLeaving(socket: Duplex): boolean {
  return leaving.has(socket)
}
