import { expect, test } from 'vitest'
import { PassingMap } from './passing-map.ts'

test('what comes and goes is found while it is there, in the order it came, however much has passed', () => {
  const map = new PassingMap<string, number>()
  for (let i = 0; i < 1000; i++) {
    map.set(`key ${i}`, i)
    expect(map.delete(`key ${i - 3}`)).toBe(i >= 3)
  }
  expect([...map]).toEqual([
    ['key 997', 997],
    ['key 998', 998],
    ['key 999', 999],
  ])
  expect([...map.keys()]).toEqual(['key 997', 'key 998', 'key 999'])
  expect([map.size, map.get('key 998'), map.get('key 4'), map.has('key 999')]).toEqual([3, 998, undefined, true])
})

test('a walk that takes out what it meets meets each once', () => {
  const map = new PassingMap<number, string>()
  for (let i = 0; i < 500; i++) map.set(i, 'there')
  let met = 0
  for (const [key] of map) if (map.delete(key)) met++
  expect([met, map.size]).toEqual([500, 0])
})
