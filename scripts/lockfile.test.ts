import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), optionalDependencies: z.record(z.string(), z.string()).optional() }),
  ),
})
const { packages } = Lock.parse(JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package-lock.json'), 'utf8')))

// npm drops those that its registry lacks, and then refuses its own lockfile: `npm ci` fails for everybody.
test('the lockfile has every optional package it names, for all platforms (else: node scripts/complete-lockfile.mjs)', () => {
  const named = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
  const there = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)))
  expect(named.filter((name) => !there.has(name))).toEqual([])
})
