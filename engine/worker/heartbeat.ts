import { Worker } from 'node:worker_threads'

export interface HeartbeatData {
  url: string
  workerId: string
  lockKey: string
  everyMs: number
  ticks: SharedArrayBuffer
}

export type HeartbeatMessage = { sentAt: number; databaseMs: number; alive: boolean } | { error: string }

/** A worker's hold on its runs, as it knows it itself: from a monotonic clock, counted from before a beat was sent. */
export interface Heartbeat {
  /** Resolves while more than a third of the lease is left, never again once stopped; nothing with an effect may start otherwise. */
  untilFresh(): Promise<void>
  stop(): Promise<void>
}

export interface HeartbeatOptions {
  url: string
  workerId: string
  lockKey: string
  leaseMs: number
  onBeat(databaseMs: number): void
  /** Others have declared this worker gone: it owns nothing any more. */
  onGone(): void
  onError(message: string): void
}

/**
 * Starts beating every third of the lease; resolves after the first beat. Undefined when that one found the worker
 * declared gone already, as after a database that was away for a whole lease: then nothing beats.
 */
export async function startHeartbeat(options: HeartbeatOptions): Promise<Heartbeat | undefined> {
  const { leaseMs } = options
  const ticks = new SharedArrayBuffer(4)
  const counter = new Int32Array(ticks)
  const ticking = setInterval(() => Atomics.add(counter, 0, 1), leaseMs / 12)
  ticking.unref()
  let lastBeat = Number.NEGATIVE_INFINITY
  let waiting: (() => void)[] = []
  const data: HeartbeatData = {
    url: options.url,
    workerId: options.workerId,
    lockKey: options.lockKey,
    everyMs: leaseMs / 3,
    ticks,
  }
  const thread = new Worker(new URL('./heartbeat-thread.ts', import.meta.url), { workerData: data, execArgv: [] })
  const exited = new Promise((resolve) => thread.once('exit', resolve))
  const first = Promise.withResolvers<boolean>()
  let hasBegun = false
  let stopped: Promise<void> | undefined
  thread.on('message', (message: HeartbeatMessage) => {
    if ('error' in message) return options.onError(message.error)
    options.onBeat(message.databaseMs)
    if (message.alive) {
      lastBeat = message.sentAt
      for (const resolve of waiting.splice(0)) resolve()
      hasBegun = true
      first.resolve(true)
    } else if (hasBegun) options.onGone()
    else first.resolve(false)
  })
  thread.on('error', (error) => {
    options.onError(error.message)
    first.reject(error)
    // Without beats the lease runs out: better to give everything up now and begin again.
    if (hasBegun) options.onGone()
  })
  const isFresh = () => !stopped && lastBeat + (leaseMs * 2) / 3 > performance.timeOrigin + performance.now()

  async function end(): Promise<void> {
    clearInterval(ticking)
    waiting = []
    thread.postMessage('stop')
    const force = setTimeout(() => void thread.terminate(), 1000)
    await exited
    clearTimeout(force)
  }
  const stop = () => (stopped ??= end())

  if (!(await first.promise)) {
    await stop()
    return undefined
  }
  return {
    untilFresh() {
      if (isFresh()) return Promise.resolve()
      return new Promise((resolve) => waiting.push(resolve))
    },
    stop,
  }
}
