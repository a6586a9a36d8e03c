import { percentile } from '../../load.ts'
import { startContestant } from '../contestant.ts'
import { atLeast, atMost, median, ms, perSecond, times } from '../scoreboard.ts'
import type { Stage } from '../stage.ts'

/** Loops over ten thousand items, runs that wake after a call, and a plan of five thousand steps. */
export async function measureLoops(stage: Stage): Promise<void> {
  const { board, quick, rounds } = stage
  const us = await startContestant('Holdfast', 'holdfast-loops.ts', { url: await stage.database('bench_loops') })
  const items = quick ? 1000 : 10_000
  const calls = quick ? 500 : 2000
  try {
    await us.ask('setLoop', { items: 100 })
    const setMs: number[] = []
    for (let round = 0; round < rounds; round++) setMs.push(await us.ask<number>('setLoop', { items }))
    board.add({
      what: `forEach over ${items.toLocaleString('en')} items with a set step`,
      measured: ms(median(setMs)),
      goal: atMost(Math.round(median(setMs)), 1000, 'ms'),
    })

    await us.ask('calls', { items: 100 })
    const paces: { loop: number[]; runners: number[] } = { loop: [], runners: [] }
    for (let round = 0; round < rounds; round++) {
      paces.runners.push(await us.ask<number>('calls', { items: calls }))
      paces.loop.push((calls / (await us.ask<number>('codeLoop', { items: calls }))) * 1000)
    }
    const share = median(paces.loop) / median(paces.runners)
    board.add({
      what: 'forEach with a code step, beside the runners alone, 16 at once',
      measured: `${perSecond(median(paces.loop))} items, ${perSecond(median(paces.runners))} calls`,
      ratio: times(share),
      goal: atLeast(Number(share.toFixed(2)), 0.7),
    })

    await us.ask('wakes', { count: 10 })
    const wakes = await us.ask<number[]>('wakes', { count: quick ? 50 : 200 })
    board.add({
      what: 'waking after a call, p95',
      measured: `${ms(percentile(wakes, 0.95))}, p50 ${ms(percentile(wakes, 0.5))}`,
      goal: atMost(Math.round(percentile(wakes, 0.95)), 50, 'ms'),
    })

    const { compileMs, runMs } = await us.ask<{ compileMs: number[]; runMs: number }>('bigPlan', { steps: 4999 })
    board.add({
      what: 'a plan of 5,000 nodes compiled',
      measured: ms(median(compileMs)),
      goal: atMost(Math.round(median(compileMs)), 300, 'ms'),
    })
    board.add({ what: 'and run from its start to its end', measured: ms(runMs), goal: { says: 'it runs', met: true } })
  } finally {
    await us.stop()
  }
}
