import { useEffect, useRef, type FocusEventHandler } from 'react'

/** For what surrounds a field: hears when the focus has gone from it, and all that opens from it, to somewhere else. */
export function useLeaving(onLeave: () => void): { onFocus: FocusEventHandler; onBlur: FocusEventHandler } {
  const leaving = useRef<() => void>(undefined)
  useEffect(() => () => leaving.current?.(), [])
  return {
    // From the field into its list, and back, the focus comes here again, if only a moment after.
    onFocus: () => leaving.current?.(),
    onBlur() {
      const arrive = () => setTimeout(() => isAt() && settle())
      const isAt = () => document.hasFocus() && document.activeElement !== document.body
      const stop = () => {
        document.removeEventListener('focusin', listen)
        clearTimeout(timer)
        leaving.current = undefined
      }
      const settle = () => {
        stop()
        onLeave()
      }
      let timer = arrive()
      const listen = () => {
        clearTimeout(timer)
        timer = arrive()
      }
      leaving.current?.()
      leaving.current = stop
      document.addEventListener('focusin', listen)
    },
  }
}
