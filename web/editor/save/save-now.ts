import { createContext, use } from 'react'

/** Sends what is not saved yet, without waiting for a pause. */
export const SaveNowContext = createContext<() => void>(() => undefined)

export function useSaveNow(): () => void {
  return use(SaveNowContext)
}
