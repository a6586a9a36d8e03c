import { host } from './host.ts'
import { mostTimers } from './limits.ts'

interface Timer {
  dueMs: number
  everyMs: number | undefined
  run(): void
}

const timers = new Map<number, Timer>()
let lastId = 0
/** When the runner will next wake this isolate; one wake at a time is asked for, however many timers there are. */
let wakeAtMs = Infinity
const { now } = Date

function add(run: unknown, delay: unknown, values: unknown[], repeats: boolean): number {
  if (typeof run !== 'function') throw new TypeError('The first argument of a timer is the function to call')
  if (timers.size >= mostTimers) throw new RangeError(`No more than ${mostTimers} timers can wait at once`)
  const delayMs = Math.min(Math.max(Number(delay) || 0, 1), 2 ** 31 - 1)
  const id = ++lastId
  timers.set(id, { dueMs: now() + delayMs, everyMs: repeats ? delayMs : undefined, run: () => run(...values) })
  askForWake(now() + delayMs)
  return id
}

function askForWake(dueMs: number): void {
  if (dueMs >= wakeAtMs) return
  wakeAtMs = dueMs
  host.post('wake', 0, Math.max(0, dueMs - now()), '')
}

/** Runs what is due, in order of its time, then asks for the next wake. A timer that throws doesn't stop the others. */
export function runDueTimers(): void {
  wakeAtMs = Infinity
  const nowMs = now()
  const due = [...timers].filter(([, timer]) => timer.dueMs <= nowMs).toSorted((a, b) => a[1].dueMs - b[1].dueMs)
  for (const [id, timer] of due) {
    if (!timers.has(id)) continue
    if (timer.everyMs === undefined) timers.delete(id)
    else timer.dueMs = nowMs + timer.everyMs
    void Promise.resolve().then(timer.run)
  }
  if (timers.size === 0) return
  let next = Infinity
  for (const { dueMs } of timers.values()) next = Math.min(next, dueMs)
  askForWake(next)
}

export function installTimers(): void {
  const cancel = (id: unknown) => void timers.delete(Number(id))
  const functions = {
    setTimeout: (run: unknown, delay?: unknown, ...values: unknown[]) => add(run, delay, values, false),
    setInterval: (run: unknown, delay?: unknown, ...values: unknown[]) => add(run, delay, values, true),
    setImmediate: (run: unknown, ...values: unknown[]) => add(run, 0, values, false),
    clearTimeout: cancel,
    clearInterval: cancel,
    clearImmediate: cancel,
    queueMicrotask: (run: unknown) => {
      if (typeof run !== 'function') throw new TypeError('queueMicrotask takes a function')
      void Promise.resolve().then(() => void run())
    },
  }
  for (const [name, value] of Object.entries(functions))
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false })
}
