import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { breakBuild } from './broken-build.ts'
import { brokenBuilds } from './index.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-broken-'))
})
afterAll(() => rm(folder, { recursive: true }))

test.each(brokenBuilds.map((build) => [build.name, build] as const))(
  '%s still finds what it breaks in the sources',
  async (name, build) => {
    await expect(breakBuild(root, join(folder, name), build)).resolves.toBeUndefined()
  },
)
