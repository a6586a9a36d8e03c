import type { BrokenBuild } from './broken-build.ts'

/** Six ways to be wrong that look right as long as nothing goes wrong. */
export const brokenBuilds: readonly BrokenBuild[] = [
  {
    name: 'answers-too-early',
    sentence: 'a webhook is answered before its run is committed',
    replacements: [
      {
        file: 'server/hooks/webhook.ts',
        find: `      await started.durable
      // One that came before`,
        put: `      // One that came before`,
      },
    ],
    breaks: ['I1'],
    kinds: ['chain', 'pause'],
    only: ['ingestFailpoint'],
  },
  {
    name: 'forgets-keys',
    sentence: 'a delivery that is sent twice makes two runs',
    replacements: [
      {
        file: 'engine/start/start-run.ts',
        find: `      if (key === undefined) return startFresh(start, index)`,
        put: `      if (key !== '') {
        const { idempotencyKey: _key, ...without } = start
        return startFresh(without, index)
      }`,
      },
    ],
    breaks: ['I2'],
    kinds: ['chain', 'answered', 'responded'],
    only: ['loseAnswers', 'kill'],
  },
  {
    name: 'acts-before-it-is-written',
    sentence: 'a step calls out before the decision to do so is committed',
    replacements: [
      {
        file: 'engine/run/before-effect.ts',
        find: `  await run.host.committer.durable(run)
`,
        put: '',
      },
    ],
    breaks: ['I3', 'I12'],
    kinds: ['chain', 'fork', 'code-fetch'],
    only: ['checkpointFailpoint'],
  },
  {
    name: 'drops-a-call',
    sentence: 'a call to a wait is kept and the run that waits is not told',
    replacements: [
      {
        file: 'engine/db/insert-arrival.ts',
        find: `(status = 'waiting' or $3 = 'cancel')`,
        put: `$3 = 'cancel'`,
      },
    ],
    breaks: ['I20'],
    kinds: ['chain', 'waits-for-call'],
    only: ['restart'],
  },
  {
    name: 'writes-when-it-is-not-its-own',
    sentence: 'a worker that was taken over goes on writing into the run',
    replacements: [
      {
        file: 'engine/worker/commit-lane.ts',
        find: `if (!batch.every(isUsual)) return`,
        put: `if (batch.length > 0) return`,
      },
      {
        file: 'engine/db/write-batch.ts',
        find: `    where r.epoch = b.epoch and r.worker_id = $1
    order by`,
        put: `    order by`,
      },
      {
        file: 'engine/db/write-batch.ts',
        find: `e(n, seq, kind, path, attempt, at, data, payload, large) join mine m on m.n = e.n)`,
        put: `e(n, seq, kind, path, attempt, at, data, payload, large) join mine m on m.n = e.n on conflict do nothing)`,
      },
    ],
    breaks: ['I3', 'I4', 'I13', 'I20', 'outcome'],
    kinds: ['chain', 'fork', 'retried', 'pause'],
    only: ['freeze'],
  },
  {
    name: 'repeats-what-is-done',
    sentence: 'retrying a failed run executes its finished steps again',
    replacements: [
      {
        file: 'engine/state/state.ts',
        find: `  for (const path of [...state.failures, ...state.interrupted]) {`,
        put: `  for (const path of state.nodes.keys()) {`,
      },
    ],
    breaks: ['I3', 'outcome'],
    kinds: ['chain', 'failed-then-retried'],
    only: ['restart'],
  },
]
