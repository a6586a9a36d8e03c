/**
 * `npm run bench:engine [group…] [--quick] [--rounds N] [--seconds N]`: the engine beside its peers, by turns in one
 * run on one machine and one PostgreSQL. Ratios count; absolute numbers are printed for reading only.
 */
import { parseArgs } from 'node:util'
import { measureCost } from './groups/cost.ts'
import { measureHistory } from './groups/history.ts'
import { measureLatency } from './groups/latency.ts'
import { measureLoops } from './groups/loops.ts'
import { measureSleepers } from './groups/sleepers.ts'
import { measureSteps } from './groups/steps.ts'
import { installPeers } from './peers-folder.ts'
import { createScoreboard } from './scoreboard.ts'
import { type Stage, startStagePostgres } from './stage.ts'

const groups: { [name: string]: (stage: Stage) => Promise<void> } = {
  steps: measureSteps,
  latency: measureLatency,
  cost: measureCost,
  history: measureHistory,
  sleepers: measureSleepers,
  loops: measureLoops,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
  },
})
const chosen = positionals.length > 0 ? positionals : Object.keys(groups)
for (const name of chosen) {
  if (!groups[name]) throw new Error(`There is no group "${name}". Choose from ${Object.keys(groups).join(', ')}.`)
}
const board = createScoreboard()
const peers = await installPeers()
const postgres = await startStagePostgres()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void postgres.stop().then(() => process.exit(1)))
try {
  for (const name of chosen) {
    console.log(`\n${name}`)
    await groups[name]?.({
      board,
      peers,
      folder: postgres.folder,
      database: postgres.database,
      rounds: Number(values.rounds ?? (values.quick ? 1 : 3)),
      seconds: Number(values.seconds ?? (values.quick ? 1 : 2)),
      quick: values.quick,
    })
  }
} finally {
  console.log(`\n${board.table()}`)
  await postgres.stop()
}
