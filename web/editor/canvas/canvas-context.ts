import { createContext, use } from 'react'
import { useStore } from 'zustand'
import type { StoreApi } from 'zustand/vanilla'
import type { InsideStep } from '../code-steps-of.ts'
import type { CanvasState } from '../state.ts'

/** What is drawn. In the editor it is the editor's own store; in a run a small one that only changes its colours. */
export const CanvasContext = createContext<StoreApi<CanvasState> | undefined>(undefined)

/** Opens what a step's code asks for: one of it, or all. */
export const InsideContext = createContext<((id: string, step: InsideStep | undefined) => void) | undefined>(undefined)

export function useCanvasStore(): StoreApi<CanvasState> {
  const store = use(CanvasContext)
  if (store === undefined) throw new Error('There is no canvas around this component')
  return store
}

/** One fact of what is drawn; the card or line draws again only when that fact changes. */
export function useCanvas<T>(selector: (state: CanvasState) => T): T {
  return useStore(useCanvasStore(), selector)
}
