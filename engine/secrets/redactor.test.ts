import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor } from './redactor.ts'

const canary = 'c4n4ry "in" /cöal+mine?'
const outputs = createRedactor([{ name: 'x', value: canary }], 8)

/** Ways in which code passes a text on. */
const disguises: { [how: string]: (text: string) => string } = {
  plain: (text) => text,
  json: (text) => JSON.stringify(text),
  'json in json': (text) => JSON.stringify(JSON.stringify({ text })),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 after one byte': (text) => Buffer.from(`a${text}b`).toString('base64'),
  'base64 after two bytes': (text) => Buffer.from(`ab${text}`).toString('base64'),
  hex: (text) => Buffer.from(text).toString('hex'),
  'a part of an address': (text) => encodeURIComponent(text),
  'an address': (text) => encodeURI(text),
  'a form': (text) => new URLSearchParams({ q: text }).toString(),
}

describe('a secret is found as', () => {
  test.each(Object.entries(disguises))('%s', (_, disguise) => {
    const disguised = disguise(canary)
    expect(outputs.text(`before ${disguised} after`)).toMatch(/^before .*\[secret x\].* after$/)
    expect(outputs.text(disguised).length).toBeLessThan('[secret x]'.length + 20)
    const json = outputs.json(JSON.stringify({ [disguised]: [disguised] }))
    expect(JSON.parse(json)).toEqual({ [outputs.text(disguised)]: [outputs.text(disguised)] })
  })
})

// What is made of it can't be told from what stands for it, so it is long and like nothing else.
const values = fc
  .string({ unit: 'binary', minLength: 12, maxLength: 80 })
  .filter((value) => value.isWellFormed() && /[g-z]/i.test(value))
const around = fc.string({ unit: 'binary', maxLength: 20 })

test('whatever it is and whatever is around it, nothing of it is stored', () => {
  fc.assert(
    fc.property(values, fc.constantFrom(...Object.values(disguises)), around, around, (value, disguise, before, after) => {
      const { text, json } = createRedactor([{ name: 'x', value }], 8)
      const whole = before.toWellFormed() + disguise(value) + after.toWellFormed()
      expect(text(whole)).toContain('[secret x]')
      const stored = json(JSON.stringify({ whole: [whole], [whole]: 1 }))
      const kept: unknown = JSON.parse(stored)
      expect(Object.keys(kept ?? {})).toHaveLength(2)
      for (const one of [
        value,
        encodeURIComponent(value),
        JSON.stringify(value).slice(1, -1),
        Buffer.from(value).toString('base64'),
      ])
        expect(stored).not.toContain(one)
    }),
    { numRuns: 500 },
  )
})

test('a text without it stays to the letter', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(outputs.json(text)).toBe(text)
      expect(outputs.text(text)).toBe(text)
      expect(outputs.line(text)).toBe(text)
    }),
  )
  const exact = '{"b":12345678901234567890, "a":1.0,\n"c":"\\u0000\\/\\ud800"}'
  expect(outputs.json(exact)).toBe(exact)
})

test('JSON that nobody writes that way hides nothing', () => {
  const escaped = Array.from('c4n4ry-12345', (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
  const { json } = createRedactor([{ name: 'x', value: 'c4n4ry-12345' }], 8)
  expect(json(`["${escaped}"]`)).toBe('["[secret x]"]')
})

test('a number that is a secret is one no longer', () => {
  const { json } = createRedactor([{ name: 'pin', value: '4711081512' }], 8)
  expect(json('{"pin":4711081512,"n":[-14711081512.5,42]}')).toBe('{"pin":"[secret pin]","n":["-1[secret pin].5",42]}')
})

test('a secret that is JSON leaves JSON whole, and is known by its members', () => {
  const value = JSON.stringify({
    type: 'service_account',
    private_key: `-----BEGIN KEY-----\n${'k3y'.repeat(20)}\n${'l1n'.repeat(20)}\n`,
  })
  const { json, text } = createRedactor([{ name: 'file', value }], 8)
  expect(JSON.parse(json(`{"file":${value}}`))).toEqual({
    file: { type: 'service_account', private_key: '-----BEGIN KEY-----\n[secret file]\n[secret file]\n' },
  })
  expect(text(`the line ${'l1n'.repeat(20)} of it`)).toBe('the line [secret file] of it')
})

test('several are told apart, and overlapping ones leave nothing', () => {
  const { text } = createRedactor(
    [
      { name: 'a', value: 'alphabet' },
      { name: 'b', value: 'bet-the-farm' },
    ],
    8,
  )
  expect(text('alphabet and bet-the-farm')).toBe('[secret a] and [secret b]')
  expect(text('alphabet-the-farm')).toBe('[secret a]')
})

test('short ones are left in outputs from 8 characters on, in lines from 6', () => {
  const given = [{ name: 'pin', value: 'abc123' }]
  expect(createRedactor(given, 8).text('abc123')).toBe('abc123')
  expect(createRedactor(given, 6).line('abc123')).toBe('[secret pin]')
  expect(createRedactor([{ name: 'pin', value: 'abc12' }], 6).line('abc12')).toBe('abc12')
})

test.each([
  ['at the end of a line', 'used c4n4ry "in" /c', 'used [secret x]'],
  ['where a line was shortened', 'used c4n4ry "in" /cö… and more', 'used [secret x]… and more'],
  ['where little of it is left', 'used c4n4r', 'used c4n4r'],
])('a line that was cut off keeps no beginning of it: %s', (_, line, shown) => {
  expect(outputs.line(line)).toBe(shown)
})

test('the beginning of a long one is not kept either', () => {
  const { line } = createRedactor([{ name: 'long', value: 'abcdefghij'.repeat(20) }], 6)
  expect(line(`x ${'abcdefghij'.repeat(15)}`)).toBe('x [secret long]')
  expect(line(`x ${'abcdefghij'.repeat(15)}… y`)).toBe('x [secret long]… y')
  expect(line(`x ${'abcdefghij'.repeat(15)}! y`)).toBe(`x ${'abcdefghij'.repeat(15)}! y`)
})
