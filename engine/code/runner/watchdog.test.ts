import { afterEach, expect, test } from 'vitest'
import type { Failure } from './messages.ts'
import { createWatch, type Watch, type Watched } from './watchdog.ts'

const MiB = 1024 * 1024

/** An attempt as the watch sees it, whose facts a test changes. */
class Feigned implements Watched {
  readonly limits = { cpuMs: 1_000, wallMs: 60_000, memoryMb: 128, resultBytes: 1_000 }
  readonly failures: Failure[] = []
  readonly id: number
  deadlineMs = Infinity
  usedMs = 0
  busy = false
  constructor(id: number) {
    this.id = id
  }
  isBusy = () => this.busy
  cpuMs = () => this.usedMs
  fail = (failure: Failure) => void this.failures.push(failure)
}

interface Seen {
  watch: Watch
  memory: number
  processCpuMs: number
  lost: [number | undefined, string][]
  drains: number
}

const ends: (() => void)[] = []
function watching(...attempts: Feigned[]): Seen {
  const seen: Omit<Seen, 'watch'> = { memory: 100 * MiB, processCpuMs: 1_000_000, lost: [], drains: 0 }
  const watch = createWatch({
    rssBytes: () => seen.memory,
    processCpuMs: () => seen.processCpuMs,
    onLost: (culprit, kind) => seen.lost.push([culprit?.id, kind]),
    onFull: () => seen.drains++,
  })
  for (const attempt of attempts) watch.add(attempt)
  ends.push(() => {
    for (const attempt of attempts) {
      attempt.busy = false
      watch.release(attempt)
    }
  })
  return Object.assign(seen, { watch })
}

afterEach(() => {
  for (const end of ends.splice(0)) end()
})

test('processor time over the limit ends the attempt that used it, and no other', async () => {
  const [greedy, modest] = [new Feigned(1), new Feigned(2)]
  const seen = watching(greedy, modest)
  greedy.usedMs = 1_001
  seen.processCpuMs += 1_001
  await expect.poll(() => greedy.failures[0]?.kind).toBe('cpu_limit')
  expect(modest.failures).toEqual([])
})

test('time in which the machine gave the process no processor is nobody’s', async () => {
  const [starved, prompt] = [new Feigned(1), new Feigned(2)]
  // One whose code was loaded ahead comes with what that has used.
  starved.usedMs = 500
  const seen = watching(starved, prompt)
  starved.usedMs = 60_000
  prompt.deadlineMs = performance.now() - 1
  await expect.poll(() => prompt.failures[0]?.kind).toBe('wall_limit')
  expect(starved.failures).toEqual([])
  seen.processCpuMs += 501
  await expect.poll(() => starved.failures[0]?.kind).toBe('cpu_limit')
})

test('the deadline ends an attempt', async () => {
  const late = new Feigned(1)
  late.deadlineMs = performance.now() - 1
  watching(late)
  await expect.poll(() => late.failures[0]?.kind).toBe('wall_limit')
})

test('a runner that has grown by 400 MiB asks, once, to be given nothing new', async () => {
  const seen = watching(new Feigned(1))
  seen.memory = 501 * MiB
  await expect.poll(() => seen.drains).toBe(1)
  expect(seen.lost).toEqual([])
})

test('one that has grown by 512 MiB is given up, and blames the only one at work', async () => {
  const [idle, busy] = [new Feigned(1), new Feigned(2)]
  busy.busy = true
  const seen = watching(idle, busy)
  seen.memory = 613 * MiB
  await expect.poll(() => seen.lost[0]).toEqual([2, 'memory_limit'])
})

test('with two at work it blames nobody: each is tried alone', async () => {
  const [one, other] = [new Feigned(1), new Feigned(2)]
  one.busy = other.busy = true
  const seen = watching(one, other)
  seen.memory = 613 * MiB
  await expect.poll(() => seen.lost[0]).toEqual([undefined, 'memory_limit'])
})

test('an attempt that was ended and doesn’t let go of its thread costs the runner', async () => {
  const stuck = new Feigned(7)
  stuck.busy = true
  const seen = watching(stuck)
  seen.watch.release(stuck)
  await expect.poll(() => seen.lost[0]).toEqual([7, 'cpu_limit'])
})
