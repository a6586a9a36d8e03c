import { percentile } from '../../load.ts'
import { type Contestant, startContestant } from '../contestant.ts'
import { atMost, ms, times } from '../scoreboard.ts'
import type { Stage } from '../stage.ts'

/** The same with a million finished runs and with none, by turns. */
export async function measureHistory(stage: Stage): Promise<void> {
  const seeded = stage.quick ? 10_000 : 1_000_000
  const full = await startContestant('a long history', 'holdfast-history.ts', { url: await stage.database('bench_history') })
  const empty = await startContestant('no history', 'holdfast-history.ts', { url: await stage.database('bench_no_history') })
  try {
    await full.ask('seed', { count: seeded })
    const count = stage.quick ? 50 : 200
    for (const contestant of [full, empty]) await contestant.ask('runs', { count })

    const runs = await byTurns(stage, full, empty, (one) => one.ask<number[]>('runs', { count }))
    const claims = await byTurns(stage, full, empty, (one) => one.ask<number[]>('claims', { count }))
    const many = seeded.toLocaleString('en')
    add(stage, `a five-step run with ${many} finished runs, p50`, runs, 0.5, 1.1)
    add(stage, `a claim with ${many} finished runs, p95`, claims, 0.95, 1.1)

    const lists: { [name: string]: Sides } = {}
    for (let round = 0; round < stage.rounds; round++) {
      for (const [side, one] of [
        ['full', full],
        ['empty', empty],
      ] as const) {
        for (const [name, found] of Object.entries(await one.ask<{ [name: string]: number[] }>('lists', { count: 50 }))) {
          ;(lists[name] ??= { full: [], empty: [] })[side].push(...found)
        }
      }
    }
    for (const [name, sides] of Object.entries(lists)) {
      add(stage, `a page of runs, ${name}, with ${many} finished runs, p50`, sides, 0.5, 2)
    }
  } finally {
    await full.stop()
    await empty.stop()
  }
}

interface Sides {
  full: number[]
  empty: number[]
}

async function byTurns(
  stage: Stage,
  full: Contestant,
  empty: Contestant,
  act: (one: Contestant) => Promise<number[]>,
): Promise<Sides> {
  const sides: Sides = { full: [], empty: [] }
  for (let round = 0; round < stage.rounds; round++) {
    sides.empty.push(...(await act(empty)))
    sides.full.push(...(await act(full)))
  }
  return sides
}

function add({ board }: Stage, what: string, { full, empty }: Sides, point: number, most: number): void {
  const [long, short] = [percentile(full, point), percentile(empty, point)]
  board.add({
    what,
    measured: `${ms(long)}, with none ${ms(short)}`,
    ratio: times(long / short),
    goal: atMost(Number((long / short).toFixed(2)), most),
  })
}
