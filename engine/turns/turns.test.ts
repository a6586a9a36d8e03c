import { expect, test } from 'vitest'
import { createTurns, type TurnsOptions } from './create-turns.ts'
import { nextTurn, type Waiter } from './next-turn.ts'

function shared(options: Partial<TurnsOptions> = {}) {
  const done: string[] = []
  let ms = 0
  const turns = createTurns({ what: 'The thing', mostWaiting: 100, mostWaitMs: 60_000, now: () => ms, ...options })
  const ends: (() => void)[] = []
  return {
    done,
    turns,
    /** Work that lasts until it is told to end. */
    begin: (owner: string, name: string) =>
      turns.take(owner, () => new Promise<void>((resolve) => ends.push(resolve))).then(() => done.push(name)),
    async end(afterMs = 0) {
      ms += afterMs
      ends.shift()?.()
      // What follows is done by promises alone.
      await new Promise((resolve) => setImmediate(resolve))
    },
    pass: (by: number) => void (ms += by),
  }
}

test('one who has much to do doesn’t hold up one who has little', async () => {
  const { begin, end, done } = shared()
  const all = ['a1', 'a2', 'a3', 'a4'].map((name) => begin('a', name))
  all.push(begin('b', 'b1'), begin('c', 'c1'), begin('b', 'b2'))
  while (done.length < all.length) await end()
  expect(done).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4'])
})

test('work that fails is told to its owner, and the next one is done', async () => {
  const { turns } = shared()
  const failed = turns.take('a', () => Promise.reject(new Error('not today')))
  const next = turns.take('a', async () => 'done')
  await expect(failed).rejects.toThrow('not today')
  expect(await next).toBe('done')
})

test('more than may wait, and what waited too long, is refused in words', async () => {
  const { begin, end, turns, pass, done } = shared({ mostWaiting: 1 })
  const first = begin('a', 'first')
  const second = begin('a', 'second').catch((error: unknown) => error)
  const busy = { code: 'not_ready', message: 'The thing is busy with other work at the moment. Try again in a minute.' }
  await expect(begin('a', 'third')).rejects.toMatchObject(busy)
  pass(60_000)
  const other = turns.take('b', async () => 'other')
  expect(await second).toMatchObject(busy)
  await end()
  await first
  expect(await other).toBe('other')
  expect(done).toEqual(['first'])
})

test('who has had a turn meanwhile has not waited too long', async () => {
  const { begin, end, done } = shared()
  const all = [begin('a', 'one'), begin('a', 'two'), begin('a', 'three')]
  for (const _ of all) await end(50_000)
  expect(done).toEqual(['one', 'two', 'three'])
})

test('who kept others waiting for long rests as long again, and nobody rests alone', () => {
  const long: Waiter = { waiting: 1, sinceMs: 0, endedMs: 30_000, tookMs: 30_000 }
  const other: Waiter = { waiting: 0, sinceMs: 0, endedMs: 30_010, tookMs: 10 }
  expect(nextTurn([long, other], 40_000)).toEqual({ inMs: 20_000 })
  expect(nextTurn([long, { ...other, waiting: 1 }], 40_000)).toEqual({ next: { ...other, waiting: 1 } })
  expect(nextTurn([long, other], 60_000)).toEqual({ next: long })
  expect(nextTurn([long], 40_000)).toEqual({ next: long })
  expect(nextTurn([other], 40_000)).toBeUndefined()
})
