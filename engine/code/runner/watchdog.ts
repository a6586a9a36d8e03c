import type { AttemptLimits, Failure } from './messages.ts'

/** What is at work in an isolate: an attempt, or the loading of code ahead of one. */
export interface Watched {
  id: number
  /** The hash of the code that is loaded ahead. */
  priming?: string
  limits: AttemptLimits
  deadlineMs: number
  isBusy(): boolean
  cpuMs(): number
  fail(failure: Failure): void
}

const lookEveryMs = 20
/** How long a thread may take to let go of an isolate that was ended: some built-in functions can't be interrupted. */
const lettingGoMs = 1_000
const drainAboveBytes = 400 * 1024 * 1024
const killAboveBytes = 512 * 1024 * 1024

export interface Watch {
  add(attempt: Watched): void
  /** The attempt is over; its thread may still be at work. */
  release(attempt: Watched): void
}

/**
 * Watches what the isolates can't be trusted to keep: time on the CPU over all entries, time on the wall, threads that
 * don't stop, and memory outside their heaps. `onLost` means this process can't be saved, with the culprit if one is known.
 */
export function createWatch(options: {
  /** What this process has of the machine's memory; what it has now is where it begins. */
  rssBytes: () => number
  /** The processor time of this whole process so far. */
  processCpuMs: () => number
  onLost: (culprit: Watched | undefined, kind: string) => void
  onFull: () => void
}): Watch {
  const running = new Map<Watched, { cpuMs: number; processCpuMs: number }>()
  const ending = new Map<Watched, number>()
  let timer: NodeJS.Timeout | undefined
  let isFull = false
  const baselineBytes = options.rssBytes()

  function look(): void {
    const nowMs = performance.now()
    const processCpuMs = options.processCpuMs()
    for (const [attempt, before] of running) {
      // While an isolate is at work its clock goes by the wall; on a busy machine that would blame it for what others do.
      const usedMs = before.cpuMs + Math.min(attempt.cpuMs() - before.cpuMs, processCpuMs - before.processCpuMs)
      if (usedMs > attempt.limits.cpuMs) {
        attempt.fail({ kind: 'cpu_limit', message: `The code used more than ${attempt.limits.cpuMs / 1000} s of processor time` })
      } else if (nowMs > attempt.deadlineMs) {
        attempt.fail({ kind: 'wall_limit', message: `The code took longer than ${attempt.limits.wallMs / 1000} s` })
      }
    }
    for (const [attempt, sinceMs] of ending) {
      if (!attempt.isBusy()) ending.delete(attempt)
      else if (nowMs - sinceMs > lettingGoMs) options.onLost(attempt, 'cpu_limit')
    }
    lookAtMemory()
    if (running.size === 0 && ending.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }

  function lookAtMemory(): void {
    const grownBytes = options.rssBytes() - baselineBytes
    if (grownBytes > killAboveBytes) {
      const busy = [...running.keys(), ...ending.keys()].filter((attempt) => attempt.isBusy())
      options.onLost(busy.length === 1 ? busy[0] : undefined, 'memory_limit')
    } else if (grownBytes > drainAboveBytes && !isFull) {
      isFull = true
      options.onFull()
    }
  }

  return {
    add(attempt) {
      running.set(attempt, { cpuMs: attempt.cpuMs(), processCpuMs: options.processCpuMs() })
      timer ??= setInterval(look, lookEveryMs)
    },
    release(attempt) {
      running.delete(attempt)
      if (attempt.isBusy()) ending.set(attempt, performance.now())
    },
  }
}
