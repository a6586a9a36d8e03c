import { expect, test } from 'vitest'
import { compareValues } from '#shared/compare-values.ts'
import { inThread } from '../in-thread.ts'
import { compareAside } from './compare-aside.ts'

const order = (count: number, last: object) =>
  JSON.stringify({ lines: [...Array.from({ length: count }, (_, i) => ({ sku: `s${i}`, count: i })), last] })

test.each([
  ['small', 3],
  ['large', 20_000],
])('two %s requests are compared alike, and others are served meanwhile', async (_, count) => {
  const [a, b] = [order(count, { sku: 'x', big: 1 }), order(count, { sku: 'y', new: true })]
  let turns = 0
  const beside = setInterval(() => turns++, 1)
  expect(await compareAside(a, b)).toEqual(compareValues(a, b))
  clearInterval(beside)
  expect(turns > 0).toBe(count > 1000)
})

test('what would take more memory than there is for it is refused, and the server goes on', async () => {
  const a = order(200_000, {})
  const work = inThread(new URL('./compare-thread.ts', import.meta.url), { a, b: a }, { timeoutMs: 120_000, memoryMb: 16 })
  await expect(work).rejects.toMatchObject({ code: 'too_large' })
})
