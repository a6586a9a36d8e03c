import { useEffect } from 'react'
import { matchesKeys } from './match-keys.ts'

/** The keys for the whole flow that need more than its state: saving at once, and testing all of it. */
export function useFlowKeys(keys: { [shortcut: string]: () => void }): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const act = Object.entries(keys).find(([shortcut]) => matchesKeys(event, shortcut))?.[1]
      if (act === undefined) return
      // Without this the browser would offer to save the page. An editor of code may have formatted before us.
      event.preventDefault()
      act()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [keys])
}
