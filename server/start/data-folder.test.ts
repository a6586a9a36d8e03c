import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { prepareDataFolder, readOrCreateSecretKey } from './data-folder.ts'

let folder: string
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'holdfast-folder-')), 'data')
})
afterEach(() => rm(join(folder, '..'), { recursive: true }))

test('is made for its owner only, and nothing is left behind in it', async () => {
  await prepareDataFolder(folder)
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  expect(await readdir(folder)).toEqual([])
})

test('the key is made once, and only its owner can read it', async () => {
  await prepareDataFolder(folder)
  const keys = [await readOrCreateSecretKey(folder), await readOrCreateSecretKey(folder)]
  expect(new Set(keys).size).toBe(1)
  expect(keys[0]).toMatch(/^[\w-]{43}$/)
  expect((await stat(join(folder, 'secret-key'))).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['secret-key'])
})

test('a key that was cut short is not replaced by another', async () => {
  await prepareDataFolder(folder)
  await writeFile(join(folder, 'secret-key'), 'half')
  await expect(readOrCreateSecretKey(folder)).rejects.toThrow('holds no usable key')
})
