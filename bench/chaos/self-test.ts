import { join } from 'node:path'
import type { Violation } from './checker/evidence.ts'
import { breakBuild } from './broken/broken-build.ts'
import { brokenBuilds } from './broken/index.ts'
import { type ChaosOptions, runChaos } from './run-chaos.ts'

/**
 * Whether the judge sees what it is there to see: each broken build under a short chaos must be found to break one of
 * the invariants it breaks. Gives how many were and were not.
 */
export async function selfTest(
  options: Omit<ChaosOptions, 'durationMs' | 'seed'> & {
    seconds: number
    only?: undefined
    builds?: readonly string[] | undefined
  },
): Promise<{ caught: number; missed: number }> {
  const result = { caught: 0, missed: 0 }
  for (const build of brokenBuilds) {
    if (options.builds && !options.builds.includes(build.name)) continue
    const root = join(options.folder, build.name, 'sources')
    await breakBuild(options.root, root, build)
    let violations: Violation[] = []
    let caught: Violation[] = []
    // How much happens in so short a time depends on the machine: what was not seen is looked for longer.
    for (let tries = 1; tries <= 5 && caught.length === 0; tries++) {
      const result = await runChaos({
        ...options,
        seed: `${build.name} ${tries}`,
        durationMs: options.seconds * 1000 * 2 ** (tries - 1),
        root,
        folder: join(options.folder, `${build.name}-${tries}`),
        roles: ['web', 'worker', 'all'],
        only: build.only,
        kinds: build.kinds,
        pauseMs: { min: 400, max: 1200 },
        restMs: 12_000,
        log: () => undefined,
      })
      violations = result.violations
      caught = violations.filter((violation) => build.breaks.includes(violation.invariant))
    }
    const names = [...new Set(violations.map((violation) => violation.invariant))].join(', ')
    options.log(
      `${caught.length > 0 ? '✓ caught' : '✗ not caught'}: ${build.sentence} (${violations.length} violations${names === '' ? '' : ` of ${names}`})`,
    )
    for (const { runId, what } of caught.slice(0, 2)) options.log(`    ${runId ?? ''} ${what.slice(0, 300)}`)
    if (caught.length > 0) result.caught++
    else result.missed++
  }
  return result
}
