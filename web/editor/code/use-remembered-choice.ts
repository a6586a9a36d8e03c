import { useCallback, useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Yes or no as a person chose it, remembered in this browser; undefined until they chose. */
export function useRememberedChoice(name: string): [boolean | undefined, (choice: boolean) => void] {
  const key = `holdfast:choice:${name}`
  const stored = useSyncExternalStore(subscribe, () => localStorage.getItem(key))
  const choose = useCallback(
    (choice: boolean) => {
      localStorage.setItem(key, choice ? 'yes' : 'no')
      for (const listener of listeners) listener()
    },
    [key],
  )
  return [stored === null ? undefined : stored === 'yes', choose]
}
