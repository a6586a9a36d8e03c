import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'

// The same key is read by public/theme.js before the first paint.
const storageKey = 'holdfast.theme'
const listeners = new Set<() => void>()

function currentTheme(): Theme {
  const stored = localStorage.getItem(storageKey)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

/** Chooses the theme of this browser; `system` follows the device. */
export function setTheme(theme: Theme): void {
  if (theme === 'system') {
    localStorage.removeItem(storageKey)
    delete document.documentElement.dataset['theme']
  } else {
    localStorage.setItem(storageKey, theme)
    document.documentElement.dataset['theme'] = theme
  }
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, currentTheme)
}
