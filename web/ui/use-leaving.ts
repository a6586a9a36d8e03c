import { useRef, type FocusEventHandler } from 'react'

/** For what surrounds a field: hears when the focus has left it and all that opens from it, such as a list. */
export function useLeaving(onLeave: () => void): { onFocus: FocusEventHandler; onBlur: FocusEventHandler } {
  const leaving = useRef<ReturnType<typeof setTimeout>>(undefined)
  return {
    onFocus: () => clearTimeout(leaving.current),
    onBlur: () => {
      // From the field into its list the focus comes back here at once; to another window it has not gone anywhere.
      leaving.current = setTimeout(() => document.hasFocus() && onLeave())
    },
  }
}
