import { expect, test } from 'vitest'
import { showIfText } from '#shared/show-if.ts'
import { freeId, idOf, moved, newField, relabelled, without, withOptions, type DrawnField } from './edit-fields.ts'

const unused = () => false
const plan: DrawnField = { id: 'plan', label: 'Plan', type: 'choice', options: ['small', 'big'] }
const seats: DrawnField = {
  id: 'seats',
  label: 'Seats',
  type: 'number',
  showIf: showIfText({ field: 'plan', is: 'is', value: 'big' }),
}

test('an answer is named after what is asked, in letters any step can write', () => {
  expect(freeId('Your name', [])).toBe('yourName')
  expect(freeId('Amount', ['amount', 'amount2'])).toBe('amount3')
  for (const label of ['', '日本', '1st', '__proto__', 'constructor', '!!', 'a'.repeat(300), 'Größe (cm)'])
    expect(freeId(label, [])).toMatch(/^(?!constructor$|prototype$)[A-Za-z_][A-Za-z0-9_]{0,63}$/)
})

test('a new field is called after its kind, and takes its name from its label as long as nothing uses it', () => {
  const fields = [...[plan, newField('number', [plan])]]
  expect(idOf(fields[1] ?? {})).toBe('number')
  const typed = ['A', 'Am', 'Amount'].reduce((before, label) => relabelled(before, 1, label, unused), fields)
  expect(typed[1]).toMatchObject({ id: 'amount', label: 'Amount' })
  expect(relabelled(typed, 1, 'Total', (id) => id === 'amount')[1]).toMatchObject({ id: 'amount', label: 'Total' })
  // Emptied on the way to another word, it keeps the name it had.
  expect(relabelled(typed, 1, '', unused)[1]).toMatchObject({ id: 'amount', label: '' })
})

test('a condition goes with the field it asks about, and does not ask about one below', () => {
  expect(without([plan, seats], 0)).toEqual([{ id: 'seats', label: 'Seats', type: 'number' }])
  expect(moved([plan, seats], 1, -1)[0]).toEqual({ id: 'seats', label: 'Seats', type: 'number' })
  expect(moved([plan, seats], 0, -1)).toEqual([plan, seats])
  const written = { ...seats, showIf: '{{ trigger.body.plan != null }}' }
  expect(without([plan, written], 0)).toEqual([written])
})

test('a condition follows the words of the choice it asks about', () => {
  expect(withOptions([plan, seats], 0, ['small', 'large'])[1]?.['showIf']).toBe('{{ trigger.body.plan == "large" }}')
  expect(withOptions([plan, seats], 0, ['small', 'big', 'huge'])[1]).toEqual(seats)
})
