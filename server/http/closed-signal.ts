import type { ServerResponse } from 'node:http'

/** Aborts when the caller goes away before they have their answer. */
export function closedSignal(res: ServerResponse): AbortSignal {
  const controller = new AbortController()
  res.once('close', () => {
    if (!res.writableFinished) controller.abort()
  })
  return controller.signal
}
