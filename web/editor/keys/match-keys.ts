/** What a pressed key says about itself; a part of KeyboardEvent, so that matching needs no browser. */
export interface PressedKey {
  key: string
  /** The place of the key, as `KeyD`. With Alt held, some keyboards write another letter there. */
  code?: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

const names: { [key: string]: string } = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
}

/** Whether the pressed keys are the ones written as, for instance, `Ctrl+Shift+Z`. Ctrl is ⌘ on a Mac. */
export function matchesKeys(event: PressedKey, shortcut: string): boolean {
  const parts = shortcut === '+' ? ['+'] : shortcut.split('+')
  const wanted = parts.at(-1) ?? ''
  const pressed = names[event.key] ?? event.key
  const isLetter = /^[A-Za-z]$/.test(wanted)
  const sameKey = isLetter
    ? pressed.toLowerCase() === wanted.toLowerCase() || (event.altKey && event.code === `Key${wanted.toUpperCase()}`)
    : pressed === wanted
  // A sign such as ? or + is written with Shift on one keyboard and without on the next.
  const shiftMatters = isLetter || wanted.length > 1 || '↑↓←→'.includes(wanted)
  return (
    sameKey &&
    (event.ctrlKey || event.metaKey) === parts.includes('Ctrl') &&
    event.altKey === parts.includes('Alt') &&
    (!shiftMatters || event.shiftKey === parts.includes('Shift'))
  )
}
