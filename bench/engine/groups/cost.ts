import { type Contestant, startContestant } from '../contestant.ts'
import { databaseCost } from '../database-cost.ts'
import type { Pace } from '../run-for.ts'
import { atMost, type Goal } from '../scoreboard.ts'
import type { Stage } from '../stage.ts'

/** Fsyncs and transactions a five-step run costs the database, alone and with fifty at once. */
export async function measureCost(stage: Stage): Promise<void> {
  const sides = [
    {
      name: 'Holdfast',
      url: await stage.database('bench_cost'),
      file: 'holdfast.ts',
      settings: {},
      goals: { 1: { fsyncs: 6, transactions: 7 }, 50: { fsyncs: 1, transactions: undefined } },
    },
    {
      name: 'DBOS',
      url: await stage.database('bench_cost_dbos'),
      file: 'dbos.mjs',
      settings: { peers: stage.peers },
      goals: undefined,
    },
  ] as const
  for (const { name, url, file, settings, goals } of sides) {
    const contestant = await startContestant(name, file, { url, ...settings })
    try {
      for (const concurrent of [1, 50] as const) await measure(stage, contestant, url, concurrent, goals?.[concurrent])
    } finally {
      await contestant.stop()
    }
  }
}

async function measure(
  stage: Stage,
  contestant: Contestant,
  url: string,
  concurrent: number,
  goals: { fsyncs: number; transactions: number | undefined } | undefined,
): Promise<void> {
  await contestant.ask('steps', { concurrent, seconds: 1 })
  const idle = await databaseCost(url)
  const before = await databaseCost(url)
  const { runs } = await contestant.ask<Pace>('steps', { concurrent, seconds: stage.quick ? 2 : 5 })
  const after = await databaseCost(url)
  const add = (what: string, value: number, goal?: Goal) =>
    stage.board.add({
      what: `${what} a five-step run, ${concurrent} at once, ${contestant.name}`,
      measured: value.toFixed(2),
      ...(goal ? { goal } : {}),
    })
  // Heartbeats and housekeeping go on without runs: what they cost in as long a time is taken off.
  const share = (after.atMs - before.atMs) / (before.atMs - idle.atMs)
  const cost = (what: 'fsyncs' | 'transactions') => (after[what] - before[what] - (before[what] - idle[what]) * share) / runs
  const fsyncs = cost('fsyncs')
  const transactions = cost('transactions')
  add('fsyncs', fsyncs, goals && atMost(Number(fsyncs.toFixed(1)), goals.fsyncs, ''))
  add(
    'transactions',
    transactions,
    goals?.transactions === undefined ? undefined : atMost(Number(transactions.toFixed(1)), goals.transactions, ''),
  )
}
