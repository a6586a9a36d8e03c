import { expect, test } from 'vitest'
import { plainLine } from './log.ts'

test('a log line for people says when, how grave and what, with its facts', () => {
  const line = '{"level":40,"time":"2030-01-02T03:04:05.678Z","port":3000,"msg":"Almost full"}'
  expect(plainLine(line)).toBe('03:04:05 warn  Almost full  {"port":3000}\n')
})

test('an error keeps its stack below the line', () => {
  const line =
    '{"level":50,"time":"2030-01-02T03:04:05.678Z","err":{"message":"gone","stack":"Error: gone\\n    at here"},"msg":"Lost"}'
  expect(plainLine(line)).toBe('03:04:05 error Lost\nError: gone\n    at here\n')
})
