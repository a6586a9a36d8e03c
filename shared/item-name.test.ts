import { expect, test } from 'vitest'
import type { Json } from './json.ts'
import { itemName } from './item-name.ts'

test.each<[Json, string | undefined]>([
  [{ id: 'mail', label: 'Your e-mail' }, '"Your e-mail"'],
  [{ id: 'mail', label: ' ' }, '"mail"'],
  [{ id: 'approved', when: true }, '"approved"'],
  [{ cron: '30 8 * * 1-5', timezone: 'Mars/Base' }, '"Every weekday at 8:30"'],
  [{ label: 'x'.repeat(100) }, `"${'x'.repeat(59)}…"`],
  [{ when: true }, undefined],
  ['orders', '"orders"'],
  ['', undefined],
  [7, undefined],
])('%j is known as %s', (item, name) => expect(itemName(item)).toBe(name))
