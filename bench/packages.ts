import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCodeRunner, type CodePackage, type CodeSandbox } from '#engine/index.ts'
import { createPackageStore } from '../server/packages/package-store.ts'
import { prepare, type SandboxRow, spread } from './sandbox.ts'

const pauseMs = 30
const packages = [
  {
    name: 'lodash-es',
    version: '4.17.21',
    code: 'import _ from "lodash-es"\nexport default ({ trigger }) => ({ total: _.sum([trigger.body.qty, 1]) })',
  },
  {
    name: 'zod',
    version: '4.1.12',
    code: 'import { z } from "zod"\nconst Body = z.object({ qty: z.number() })\nexport default ({ trigger }) => ({ total: Body.parse(trigger.body).qty + 1 })',
  },
]

/** A step that imports a large package beside the same work without one, with its code loaded ahead and without. */
export async function benchPackages(): Promise<SandboxRow[]> {
  const root = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
  const [primed, unprimed] = [createCodeRunner({ mostRunners: 1 }), createCodeRunner({ mostRunners: 1, primed: 0 })]
  try {
    const rows: SandboxRow[] = []
    for (const { name, version, code } of packages) {
      const found = await installed(root, name, version)
      if (found === undefined)
        rows.push({ what: `a step that imports ${name}`, measured: 'not measured: the npm registry could not be reached' })
      else rows.push(await compared(name, code, [found], primed, unprimed))
    }
    return rows
  } finally {
    await Promise.all([primed.stop(), unprimed.stop()])
    await rm(root, { recursive: true, force: true })
  }
}

async function installed(root: string, name: string, version: string): Promise<CodePackage | undefined> {
  const store = createPackageStore(root)
  try {
    const { lock } = await store.add(name, version, () => undefined)
    return { name, version, hash: name, folder: await store.folderOf({ name, version, lock }) }
  } catch {
    return undefined
  }
}

async function compared(
  name: string,
  code: string,
  found: CodePackage[],
  primed: CodeSandbox,
  unprimed: CodeSandbox,
): Promise<SandboxRow> {
  const without = await prepare(primed, 'export default ({ trigger }) => ({ total: trigger.body.qty + 1 })')
  const ahead = await prepare(primed, code, { packages: found })
  const each = await prepare(unprimed, code, { packages: found })
  for (let i = 0; i < 10; i++) await Promise.all([without(), ahead(), each()])
  const rounds = []
  for (let i = 0; i < 3; i++) {
    const [base, loaded, fresh] = [
      await spread(60, without, pauseMs),
      await spread(60, ahead, pauseMs),
      await spread(60, each, pauseMs),
    ]
    rounds.push({ base: base.p50, loaded: loaded.p50, fresh: fresh.p50 })
  }
  const [{ base, loaded, fresh } = { base: 1, loaded: 1, fresh: 1 }] = rounds
    .toSorted((a, b) => a.loaded / a.base - b.loaded / b.base)
    .slice(1)
  const ms = (value: number) => `${value.toFixed(1)} ms`
  return {
    what: `a step that imports ${name}, beside the same without`,
    measured: `${(loaded / base).toFixed(1)} × loaded ahead, ${(fresh / base).toFixed(1)} × not (p50 ${ms(loaded)}, ${ms(fresh)}; without ${ms(base)})`,
    goal: 'at most 3 × loaded ahead',
  }
}
