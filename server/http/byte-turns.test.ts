import { expect, test } from 'vitest'
import { createByteTurns } from './byte-turns.ts'

function world(most: number) {
  const turns = createByteTurns(most)
  const entered: string[] = []
  const ask = (name: string, bytes: number, signal = new AbortController().signal) => {
    const turn = turns(bytes, signal)
    turn.then(
      () => entered.push(name),
      () => entered.push(`${name} gave up`),
    )
    return turn
  }
  return { ask, entered }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('so many bytes at a time, the others in the order they asked', async () => {
  const { ask, entered } = world(100)
  const first = await ask('first', 60)
  void ask('second', 50)
  void ask('third', 10)
  await settled()
  // Nobody is passed by: a large one would wait for ever otherwise.
  expect(entered).toEqual(['first'])
  first()
  first()
  await settled()
  expect(entered).toEqual(['first', 'second', 'third'])
})

test('what is larger than all that may be is let in alone', async () => {
  const { ask, entered } = world(100)
  const leave = await ask('large', 500)
  void ask('small', 1)
  await settled()
  expect(entered).toEqual(['large'])
  leave()
  await settled()
  expect(entered).toEqual(['large', 'small'])
})

test('who goes away while waiting holds up nobody', async () => {
  const { ask, entered } = world(100)
  const leave = await ask('first', 100)
  const gone = new AbortController()
  void ask('gone', 100, gone.signal)
  void ask('last', 100)
  gone.abort()
  await settled()
  expect(entered).toEqual(['first', 'gone gave up'])
  leave()
  await settled()
  expect(entered).toEqual(['first', 'gone gave up', 'last'])
})
