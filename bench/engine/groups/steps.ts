import { join } from 'node:path'
import { measureY } from '../../yardsticks.ts'
import { type Contestant, startContestant } from '../contestant.ts'
import type { Pace } from '../run-for.ts'
import { atLeast, median, perSecond, times } from '../scoreboard.ts'
import type { Stage } from '../stage.ts'

interface Peer {
  name: string
  goals: { [concurrent: number]: number }
  start(stage: Stage, place: string): Promise<Contestant>
}

/** What the documentation of each names for throughput; nothing that gives up durability. */
const peers: Peer[] = [
  {
    name: 'DBOS',
    goals: { 1: 2.5, 10: 8, 50: 20 },
    start: async (stage, place) => startContestant('DBOS', 'dbos.mjs', { url: await stage.database(place), peers: stage.peers }),
  },
  {
    name: 'DBOS tuned',
    goals: { 1: 2.5, 10: 8, 50: 20 },
    start: async (stage, place) =>
      startContestant('DBOS tuned', 'dbos.mjs', {
        url: await stage.database(place),
        peers: stage.peers,
        config: { systemDatabasePoolSize: 32, useListenNotify: false },
      }),
  },
  {
    name: 'Restate',
    goals: { 1: 3, 10: 5, 50: 8 },
    start: (stage, place) => startContestant('Restate', 'restate.mjs', { folder: join(stage.folder, place), peers: stage.peers }),
  },
  {
    name: 'Restate tuned',
    goals: { 1: 3, 10: 5, 50: 8 },
    start: (stage, place) =>
      startContestant('Restate tuned', 'restate.mjs', {
        folder: join(stage.folder, place),
        peers: stage.peers,
        env: {
          RESTATE_DEFAULT_NUM_PARTITIONS: '2',
          RESTATE_ROCKSDB_PERF_LEVEL: 'disable',
          RESTATE_WORKER__MAX_COMMAND_BATCH_SIZE: '256',
          RESTATE_WORKER__STORAGE__ROCKSDB_DISABLE_STATISTICS: 'true',
          RESTATE_LOG_SERVER__ROCKSDB_DISABLE_STATISTICS: 'true',
        },
      }),
  },
]

const yGoals: { [concurrent: number]: number } = { 50: 1, 200: 2 }

/** Five durable steps, each acknowledged before the next: ours, the peers' and the yardstick by turns. */
export async function measureSteps(stage: Stage): Promise<void> {
  const { board, rounds, seconds } = stage
  const yUrl = await stage.database('bench_y')
  const us = await startContestant('Holdfast', 'holdfast.ts', { url: await stage.database('bench_steps') })
  const rivals: { peer: Peer; contestant: Contestant }[] = []
  try {
    for (const peer of peers) {
      const place = `bench_${peer.name.toLowerCase().replace(' ', '_')}`
      rivals.push({ peer, contestant: await peer.start(stage, place) })
    }
    const ran = new Map<Contestant, number>()
    const turn = async (contestant: Contestant, concurrent: number, length: number) => {
      const pace = await contestant.ask<Pace>('steps', { concurrent, seconds: length })
      ran.set(contestant, (ran.get(contestant) ?? 0) + pace.runs)
      return (pace.runs * 5) / pace.seconds
    }
    const all = [us, ...rivals.map(({ contestant }) => contestant)]
    for (const contestant of all) await turn(contestant, 50, Math.min(seconds, 1))

    for (const concurrent of [1, 10, 50, 200]) {
      const paces = new Map<Contestant, number[]>(all.map((contestant) => [contestant, []]))
      const ys: number[] = []
      for (let round = 0; round < rounds; round++) {
        ys.push(await measureY(yUrl, seconds))
        for (const contestant of all) paces.get(contestant)?.push(await turn(contestant, concurrent, seconds))
      }
      const pace = (contestant: Contestant) => median(paces.get(contestant) ?? [])
      const y = median(ys)
      const ours = pace(us)
      const what = `five durable steps, ${concurrent} at once`
      const yGoal = yGoals[concurrent]
      board.add({ what: `Y beside ${concurrent} at once`, measured: perSecond(y) })
      board.add({
        what,
        measured: `${perSecond(ours)} steps`,
        ratio: `${(ours / y).toFixed(2)} Y`,
        ...(yGoal === undefined ? {} : { goal: atLeast(ours / y, yGoal, 'Y') }),
      })
      for (const { peer, contestant } of rivals) {
        const goal = peer.goals[concurrent]
        board.add({
          what: `${what}, against ${peer.name}`,
          measured: `${perSecond(pace(contestant))} steps (${(pace(contestant) / y).toFixed(2)} Y)`,
          ratio: times(ours / pace(contestant)),
          ...(goal === undefined ? {} : { goal: atLeast(ours / pace(contestant), goal) }),
        })
      }
    }
    for (const contestant of all) {
      const saved = await contestant.ask<{ runs: number; steps: number }>('saved')
      const runs = ran.get(contestant) ?? 0
      board.add({
        what: `history of ${contestant.name}`,
        measured: `${saved.runs.toLocaleString('en')} runs and ${saved.steps.toLocaleString('en')} steps saved of ${runs.toLocaleString('en')} runs`,
        goal: { says: 'all of them', met: saved.runs >= runs && saved.steps >= runs * 5 },
      })
    }
  } finally {
    await us.stop()
    for (const { contestant } of rivals) await contestant.stop()
  }
}
