import { expect, test } from 'vitest'
import { matchesKeys, type PressedKey } from './match-keys.ts'

const press = (key: string, held: Partial<PressedKey> = {}): PressedKey => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
})

test.each([
  ['N', press('n'), true],
  ['N', press('N', { shiftKey: true }), false],
  ['Shift+N', press('N', { shiftKey: true }), true],
  ['Ctrl+Z', press('z', { ctrlKey: true }), true],
  ['Ctrl+Z', press('z', { metaKey: true }), true],
  ['Ctrl+Z', press('Z', { ctrlKey: true, shiftKey: true }), false],
  ['Ctrl+Shift+Z', press('Z', { ctrlKey: true, shiftKey: true }), true],
  ['Delete', press('Delete'), true],
  ['Delete', press('Delete', { shiftKey: true }), false],
  ['Shift+Delete', press('Delete', { shiftKey: true }), true],
  ['↑', press('ArrowUp'), true],
  ['Alt+↑', press('ArrowUp'), false],
  ['Alt+↑', press('ArrowUp', { altKey: true }), true],
  ['Esc', press('Escape'), true],
  ['+', press('+', { shiftKey: true }), true],
  ['?', press('?', { shiftKey: true }), true],
  ['1', press('1'), true],
  ['Ctrl+Alt+D', press('∂', { code: 'KeyD', metaKey: true, altKey: true }), true],
  ['D', press('∂', { code: 'KeyD' }), false],
])('%s', (shortcut, event, expected) => {
  expect(matchesKeys(event, shortcut)).toBe(expected)
})
