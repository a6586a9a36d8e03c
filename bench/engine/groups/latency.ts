import { percentile } from '../../load.ts'
import { type Contestant, startContestant } from '../contestant.ts'
import { atLeast, atMost, median, ms, perSecond, times } from '../scoreboard.ts'
import type { Stage } from '../stage.ts'

/** What https://worker.graphile.org/docs/performance names as its fastest. */
const batched = { concurrentJobs: 24, maxPoolSize: 25, localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }
const oneByOne = { concurrentJobs: 24, maxPoolSize: 25 }

/** From asking for work to its first step, across processes and in one; then a backlog of one-step runs. */
export async function measureLatency(stage: Stage): Promise<void> {
  const { peers } = stage
  const ourUrl = await stage.database('bench_queue')
  const theirUrl = await stage.database('bench_graphile')
  const us = (name: string) => startContestant(name, 'holdfast-queue.ts', { url: ourUrl })
  const them = (name: string) => startContestant(name, 'graphile.mjs', { url: theirUrl, peers })
  const all = [
    await us('Holdfast adding'),
    await us('Holdfast working'),
    await them('graphile adding'),
    await them('graphile working'),
  ]
  const [ourAdder, ourWorker, theirAdder, theirWorker] = all as [Contestant, Contestant, Contestant, Contestant]
  try {
    await ourAdder.ask('open', { role: 'web' })
    await ourWorker.ask('open', { role: 'worker' })
    await theirWorker.ask('open', { worker: {} })
    const apart = await alternate(stage, { ours: [ourAdder, ourWorker], theirs: [theirAdder, theirWorker] })
    report(stage, 'two processes', apart, 1)

    await ourWorker.ask('open', { role: 'all' })
    const together = await alternate(stage, { ours: [ourWorker, ourWorker], theirs: [theirWorker, theirWorker] })
    report(stage, 'one process', together, 0.5)

    await measureBacklog(stage, ourWorker, theirWorker)
  } finally {
    for (const contestant of all) await contestant.stop()
  }
}

interface Pair<T> {
  ours: T
  theirs: T
}

async function alternate(stage: Stage, pairs: Pair<[adder: Contestant, worker: Contestant]>): Promise<Pair<number[]>> {
  const found: Pair<number[]> = { ours: [], theirs: [] }
  const count = stage.quick ? 50 : 150
  for (let round = 0; round < stage.rounds + 1; round++) {
    for (const side of ['ours', 'theirs'] as const) {
      const [adder, worker] = pairs[side]
      await adder.ask('enqueue', { count: round === 0 ? 20 : count, pauseMs: 10 })
      await new Promise((resolve) => {
        setTimeout(resolve, 200)
      })
      const latencies = await worker.ask<number[]>('latencies')
      if (round > 0) found[side].push(...latencies)
    }
  }
  return found
}

function report({ board }: Stage, where: string, { ours, theirs }: Pair<number[]>, share: number): void {
  for (const [name, point] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const) {
    const our = percentile(ours, point)
    const their = percentile(theirs, point)
    board.add({
      what: `enqueue → first step, ${where}, ${name}`,
      measured: `${ms(our)}, graphile-worker ${ms(their)}`,
      ratio: times(our / their),
      goal: atMost(our / their, share),
    })
  }
}

async function measureBacklog(stage: Stage, us: Contestant, them: Contestant): Promise<void> {
  const count = stage.quick ? 1000 : 10_000
  const fewer = stage.quick ? 300 : 2000
  const paces = { ours: [] as number[], batched: [] as number[], oneByOne: [] as number[], defaults: [] as number[] }
  let saved = 0
  for (let round = 0; round < stage.rounds; round++) {
    await us.ask('fill', { count })
    const our = await us.ask<{ seconds: number; saved: number }>('drain', { count })
    paces.ours.push(count / our.seconds)
    saved = our.saved
    for (const [way, worker, jobs] of [
      ['batched', batched, count],
      ['oneByOne', oneByOne, fewer],
      ['defaults', {}, fewer],
    ] as const) {
      await them.ask('fill', { count: jobs })
      const { seconds } = await them.ask<{ seconds: number }>('drain', { count: jobs, worker })
      paces[way].push(jobs / seconds)
    }
  }
  const ours = median(paces.ours)
  for (const [way, name, goal] of [
    ['defaults', 'one by one, as it is by default', 3],
    ['oneByOne', 'one by one, 24 at once', 3],
    ['batched', 'in batches', 0.3],
  ] as const) {
    const theirs = median(paces[way])
    stage.board.add({
      what: `backlog of one-step runs, against graphile-worker ${name}`,
      measured: `${perSecond(ours)} runs, ${perSecond(theirs)} jobs`,
      ratio: times(ours / theirs),
      goal: atLeast(ours / theirs, goal),
    })
  }
  // The latencies before were runs as well.
  stage.board.add({
    what: 'history of the backlog',
    measured: `${saved.toLocaleString('en')} runs saved`,
    goal: { says: 'all of them', met: saved >= count * stage.rounds },
  })
}
