import type { ChaosReport } from './run-chaos.ts'
import { invariants } from './checker/judge.ts'

const shownOfEach = 8

/** Says what was done, what was seen, and what did not hold, with where to look. */
export function report(title: string, result: ChaosReport, folder: string): void {
  const faults = Object.entries(result.faults)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')
  console.log(
    `\n${title}: ${result.runs} runs, ${result.calls} calls to the ledger, ${result.requests} requests, ${result.samples} looks; faults: ${faults}`,
  )
  const byInvariant = Map.groupBy(result.violations, (violation) => violation.invariant)
  for (const { name, sentence } of invariants) {
    const found = byInvariant.get(name) ?? []
    if (found.length === 0) continue
    console.log(`✗ ${name}, ${sentence}: ${found.length}`)
    for (const { runId, what } of found.slice(0, shownOfEach)) console.log(`    ${runId ?? ''} ${what}`)
    if (found.length > shownOfEach) console.log(`    and ${found.length - shownOfEach} more`)
  }
  if (result.violations.length === 0) console.log(`✓ ${invariants.length} invariants hold`)
  else {
    console.log(`Look further: ${folder}/*.log, ledger.jsonl and told.jsonl; a run's journal: GET /api/v1/runs/<id>/steps, or`)
    console.log(`  select seq, kind, path, attempt, at, data from engine.events where run_id = '<id>' order by seq`)
  }
}
