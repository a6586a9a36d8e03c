import { Agent, type Dispatcher, request } from 'undici'
import { createDialer, type DialOptions } from './dial.ts'

/** Sends one request through the one dialer, and gives the answer as its head has come. */
export type Send = (
  url: URL,
  options: Pick<Dispatcher.RequestOptions, 'method' | 'headers' | 'body' | 'signal'>,
) => Promise<Dispatcher.ResponseData>

export function openWay({ idleMs, ...dialing }: DialOptions & { idleMs: number }): Send {
  const dispatcher = new Agent({
    connect: createDialer(dialing),
    headersTimeout: idleMs,
    bodyTimeout: idleMs,
    maxOrigins: 10_000,
  })
  return (url, options) => request(url, { ...options, dispatcher })
}
