import { useSyncExternalStore, type ReactNode } from 'react'
import { createPortal } from 'react-dom'

const slotId = 'rail-slot'

/** The place in the rail where a page may put icons of its own. */
export function RailSlotPlace() {
  return <div id={slotId} className="mt-2 flex flex-col gap-1 border-t border-line pt-3 empty:hidden" />
}

// The place comes and goes with the frame around the page, never while a page stands: looked up once it is drawn.
const neverChanges = () => () => undefined

/** Puts a page's own icons (the editor's Add, Outline, Find…) into the rail, below the navigation. */
export function RailSlot({ children }: { children: ReactNode }) {
  const place = useSyncExternalStore(neverChanges, () => document.getElementById(slotId))
  return place === null ? null : createPortal(children, place)
}
