import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement } from 'react'
import { keyText } from './kbd.tsx'

export type TooltipSide = 'top' | 'right' | 'bottom' | 'left'

interface TooltipProps {
  text: string
  shortcut?: string | undefined
  side?: TooltipSide | undefined
  /** The one element it explains. It must take a ref and spread its props. */
  children: ReactElement
}

/** A short name for something that shows only an icon. Never the only place where something is said. */
export function Tooltip({ text, shortcut, side = 'bottom', children }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className="z-50">
          <Base.Popup className="edge flex max-w-72 items-center gap-2 rounded-field bg-ink px-2 py-1 text-small text-bg shadow-float transition-opacity data-ending-style:opacity-0 data-instant:transition-none data-starting-style:opacity-0">
            {text}
            {shortcut !== undefined && <kbd className="font-sans text-mini opacity-80">{keyText(shortcut)}</kbd>}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

export const TooltipProvider = Base.Provider
