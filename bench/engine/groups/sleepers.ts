import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '../../load.ts'
import { startContestant } from '../contestant.ts'
import { atMost, median, ms, times } from '../scoreboard.ts'
import type { Stage } from '../stage.ts'

const startEveryMs = 50

/** A hundred thousand runs asleep: what they cost meanwhile; then all are due in the same minute. */
export async function measureSleepers(stage: Stage): Promise<void> {
  const { board, quick } = stage
  const count = quick ? 2000 : 100_000
  const spreadMs = quick ? 6_000 : 60_000
  // Until then they are made and what they cost asleep is measured.
  const inMs = quick ? 25_000 : 150_000
  const runs = quick ? 50 : 150
  // Beside it one without sleepers, by turns: a noisy machine slows both.
  const free = await startContestant('Holdfast without sleepers', 'holdfast-sleepers.ts', {
    url: await stage.database('bench_no_sleepers'),
  })
  const us = await startContestant('Holdfast', 'holdfast-sleepers.ts', { url: await stage.database('bench_sleepers') }, [
    '--expose-gc',
  ])
  try {
    for (const one of [us, free]) await one.ask('runs', { count: 300 })
    const before = await us.ask<number>('memory')
    const untilMs = await us.ask<number>('seed', { count, inMs, spreadMs })
    await sleep(6000)
    const after = await us.ask<number>('memory')
    const found: { us: number[]; free: number[] } = { us: [], free: [] }
    for (let round = 0; round < stage.rounds; round++) {
      found.free.push(...(await free.ask<number[]>('runs', { count: runs })))
      found.us.push(...(await us.ask<number[]>('runs', { count: runs })))
    }
    const [asleepMs, freeMs] = [median(found.us), median(found.free)]
    const many = count.toLocaleString('en')
    board.add({
      what: `server memory with ${many} sleepers`,
      measured: `${after.toFixed(0)} MiB, before ${before.toFixed(0)} MiB`,
      ratio: `${(after - before).toFixed(1)} MiB more`,
      goal: atMost(Number((after - before).toFixed(1)), 10, 'MiB more'),
    })
    board.add({
      what: `a five-step run beside ${many} sleepers, p50`,
      measured: `${ms(asleepMs)}, with none ${ms(freeMs)}`,
      ratio: times(asleepMs / freeMs),
      goal: atMost(Number((asleepMs / freeMs).toFixed(2)), 1.1),
    })

    if (Date.now() > untilMs) throw new Error('They woke up while they were still being measured asleep')
    await sleep(Math.max(0, untilMs - Date.now()))
    const [starts, lateness] = await Promise.all([
      us.ask<number[]>('starts', { everyMs: startEveryMs, untilMs: untilMs + spreadMs }),
      us.ask<number[]>('lateness', { count: count + 1, untilMs: untilMs + spreadMs + 60_000 }),
    ])
    board.add({
      what: `sleepers that woke up, of ${many} due within ${spreadMs / 1000} s`,
      measured: lateness.length.toLocaleString('en'),
      goal: { says: 'all of them', met: lateness.length > count },
    })
    const p95 = percentile(lateness, 0.95)
    const last = lateness.reduce((most, one) => Math.max(most, one), 0)
    const first = lateness.reduce((least, one) => Math.min(least, one), Infinity)
    board.add({ what: 'how late they woke up, p95', measured: ms(p95), goal: atMost(Math.round(p95), 2000, 'ms') })
    board.add({ what: 'how late the last woke up', measured: ms(last), goal: atMost(Math.round(last), 5000, 'ms') })
    board.add({ what: 'how early the first woke up', measured: ms(first), goal: { says: 'never early', met: first >= 0 } })
    const begins = percentile(starts, 0.95)
    board.add({
      what: `new runs meanwhile, from their start to their first step, p95 of ${starts.length}`,
      measured: ms(begins),
      goal: atMost(Math.round(begins), 100, 'ms'),
    })
  } finally {
    await us.stop()
    await free.stop()
  }
}
