import { expect, test } from 'vitest'
import { collectBytes } from './collect-bytes.ts'

test('whatever the pieces, what comes out is what was put in', () => {
  const sent = Buffer.from(Array.from({ length: 100_000 }, (_, n) => n % 251))
  for (const length of [1, 7, 4096, 65_536, 100_000]) {
    const bytes = collectBytes(sent.length)
    for (let at = 0; at < sent.length; at += length) bytes.add(sent.subarray(at, at + length))
    expect(bytes.whole().equals(sent)).toBe(true)
    expect(bytes.size).toBe(sent.length)
    expect(bytes.heldBytes).toBe(sent.length)
  }
  expect(collectBytes(10).whole()).toHaveLength(0)
})

test('pieces of a byte take up twice what is in them at most', () => {
  const bytes = collectBytes(1024 ** 2)
  for (let n = 0; n < 70_000; n++) bytes.add(Buffer.from('x'))
  expect(bytes.heldBytes).toBeLessThanOrEqual(140_000)
})
