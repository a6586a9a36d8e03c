import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

export interface StreamEvent {
  type: string
  id: string
  data: unknown
}

const heartbeatMs = 15_000

/**
 * Writes server-sent events until there are none left or the reader goes away. A comment every few seconds keeps
 * proxies from closing a quiet stream; a slow reader is waited for, so nothing piles up here.
 */
export async function sendEventStream(
  res: ServerResponse,
  events: AsyncIterable<StreamEvent>,
  signal: AbortSignal,
): Promise<void> {
  res.statusCode = 200
  res.setHeader('Content-Type', 'text/event-stream')
  res.setHeader('X-Accel-Buffering', 'no')
  res.flushHeaders()
  const heartbeat = setInterval(() => res.write(': still here\n\n'), heartbeatMs)
  try {
    for await (const event of events) {
      if (signal.aborted) return
      if (!res.write(`id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`))
        await once(res, 'drain', { signal })
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    clearInterval(heartbeat)
    res.end()
  }
}
