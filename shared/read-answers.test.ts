import { expect, test } from 'vitest'
import type { FormField } from './form-field.ts'
import { readAnswers } from './read-answers.ts'
import { questionsOf, readShowIf, showIfText, type ShowIf } from './show-if.ts'

const now = Date.UTC(2030, 0, 31)
const field = (id: string, more: Partial<FormField> = {}): FormField => ({ id, label: id, type: 'text', ...more })

test('answers have the kind their field has, and what was left empty is nothing', () => {
  const fields = [
    field('name'),
    field('about', { type: 'longText' }),
    field('amount', { type: 'number' }),
    field('day', { type: 'date' }),
    field('plan', { type: 'choice', options: ['small', 'big'] }),
    field('extras', { type: 'choices', options: ['a', 'b'] }),
    field('agreed', { type: 'boolean' }),
    field('left'),
  ]
  const given = {
    name: 'Nimbus',
    about: 'one\r\ntwo',
    amount: '12,5',
    day: '2030-02-28',
    plan: 'big',
    extras: ['b'],
    agreed: 'true',
    left: '',
    stranger: 'is no field',
  }
  expect(readAnswers(fields, given, now)).toMatchObject({
    problems: [],
    answers: {
      name: 'Nimbus',
      about: 'one\ntwo',
      amount: 12.5,
      day: '2030-02-28',
      plan: 'big',
      extras: ['b'],
      agreed: true,
      left: null,
    },
  })
})

test('what is missing or can’t be read is said of its field', () => {
  const fields = [
    field('name', { required: true }),
    field('amount', { type: 'number' }),
    field('day', { type: 'date' }),
    field('plan', { type: 'choice', options: ['small'] }),
    field('long'),
  ]
  const { problems } = readAnswers(fields, { amount: 'much', day: '2030-02-31', plan: 'huge', long: 'x'.repeat(2001) }, now)
  expect(problems).toEqual([
    { path: 'fields.name', message: 'This must be filled in.' },
    { path: 'fields.amount', message: 'A number is needed here.' },
    { path: 'fields.day', message: 'A date is needed here, such as 2030-01-31.' },
    { path: 'fields.plan', message: 'Choose one of the choices.' },
    { path: 'fields.long', message: 'This is longer than 2,000 characters.' },
  ])
})

test('a field that its condition hides is no answer, is not asked for, and hides what depends on it', () => {
  const fields = [
    field('plan', { type: 'choice', options: ['small', 'big'] }),
    field('seats', { type: 'number', required: true, showIf: '{{ trigger.body.plan == "big" }}' }),
    field('why', { required: true, showIf: '{{ trigger.body.seats > 10 }}' }),
    field('never', { required: true, showIf: false }),
  ]
  expect(readAnswers(fields, { plan: 'small', seats: 20, why: 'x' }, now)).toEqual({
    answers: { plan: 'small' },
    problems: [],
    shown: new Set(['plan']),
  })
  expect(readAnswers(fields, { plan: 'big', seats: '20' }, now)).toEqual({
    answers: { plan: 'big', seats: 20 },
    problems: [{ path: 'fields.why', message: 'This must be filled in.' }],
    shown: new Set(['plan', 'seats', 'why']),
  })
})

test('a hidden field holds what it begins with, unless something was sent for it', () => {
  const fields = [field('source', { type: 'hidden', default: 'page' })]
  expect(readAnswers(fields, {}, now).answers).toEqual({ source: 'page' })
  expect(readAnswers(fields, { source: 'mail' }, now).answers).toEqual({ source: 'mail' })
})

test('every condition the builder can say is read back as it was said', () => {
  const values = ['', 'big', 'say "hi"', 'a\\b', '</script>', '{{ x }}', '}}', 'é 日本']
  for (const type of ['text', 'choice', 'choices', 'boolean', 'longText'] as const)
    for (const is of questionsOf({ type }))
      for (const value of is === 'is' || is === 'isNot' || is === 'has' ? values : ['']) {
        const said: ShowIf = { field: 'plan', is, value }
        expect(readShowIf(showIfText(said))).toEqual(said)
      }
  expect(readShowIf('{{ trigger.body.a > 1 }}')).toBeUndefined()
  expect(readShowIf('{{ 1 }}')).toBeUndefined()
})

test('what the builder says holds as its words say', () => {
  const holds = (said: ShowIf, answers: { [id: string]: unknown }, type: FormField['type'], options: string[] = []) => {
    const fields = [field('it', { type, options }), field('then', { showIf: showIfText(said) })]
    return readAnswers(fields, answers, now).shown.has('then')
  }
  const said = (is: ShowIf['is'], value = ''): ShowIf => ({ field: 'it', is, value })
  expect(holds(said('is', 'a'), { it: 'a' }, 'text')).toBe(true)
  expect(holds(said('is', '5'), { it: '5' }, 'number')).toBe(true)
  expect(holds(said('isNot', 'a'), { it: 'b' }, 'text')).toBe(true)
  expect(holds(said('has', 'a'), { it: ['a'] }, 'choices', ['a'])).toBe(true)
  expect(holds(said('has', 'a'), {}, 'choices', ['a'])).toBe(false)
  expect(holds(said('yes'), { it: true }, 'boolean')).toBe(true)
  expect(holds(said('no'), {}, 'boolean')).toBe(true)
  expect(holds(said('filled'), { it: '' }, 'text')).toBe(false)
  expect(holds(said('filled'), { it: 'x' }, 'text')).toBe(true)
  expect(holds(said('filled'), { it: 7 }, 'number')).toBe(true)
  expect(holds(said('filled'), {}, 'choices')).toBe(false)
})
