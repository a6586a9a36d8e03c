const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)
const macKeys: Record<string, string> = { Ctrl: '⌘', Alt: '⌥', Shift: '⇧', Enter: '⏎' }

/** Keys as this machine names them: `Ctrl+Enter` reads ⌘⏎ on a Mac. */
export function keyText(keys: string): string {
  if (keys === '+') return keys
  return isMac
    ? keys
        .split('+')
        .map((key) => macKeys[key] ?? key)
        .join('')
    : keys.replaceAll('+', ' ')
}

export function Kbd({ keys }: { keys: string }) {
  return (
    <kbd className="inline-flex h-5 items-center rounded-[4px] border border-line bg-sunken px-1.5 font-sans text-mini whitespace-nowrap text-muted">
      {keyText(keys)}
    </kbd>
  )
}
