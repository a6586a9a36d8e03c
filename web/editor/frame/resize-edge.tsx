import { clsx } from 'clsx'
import type { PointerEvent as ReactPointerEvent } from 'react'

interface ResizeEdgeProps {
  label: string
  /** Which side of the region it is on. */
  side: 'left' | 'right' | 'top'
  size: number
  least: number
  most: number
  usual: number
  onResize: (size: number) => void
}

const step = 16

/** The edge of a region, to drag it wider or narrower; double-click for the usual size, arrows by keyboard. */
export function ResizeEdge({ label, side, size, least, most, usual, onResize }: ResizeEdgeProps) {
  const isVertical = side !== 'top'
  const grow = side === 'right' ? 1 : -1
  const start = (event: ReactPointerEvent<HTMLDivElement>) => {
    const edge = event.currentTarget
    const from = isVertical ? event.clientX : event.clientY
    edge.setPointerCapture(event.pointerId)
    const move = (moved: PointerEvent) => onResize(size + grow * ((isVertical ? moved.clientX : moved.clientY) - from))
    const end = () => {
      edge.removeEventListener('pointermove', move)
      edge.removeEventListener('pointerup', end)
      edge.removeEventListener('pointercancel', end)
    }
    edge.addEventListener('pointermove', move)
    edge.addEventListener('pointerup', end)
    edge.addEventListener('pointercancel', end)
  }
  return (
    <div
      role="separator"
      aria-label={label}
      aria-orientation={isVertical ? 'vertical' : 'horizontal'}
      aria-valuenow={size}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      className={clsx(
        'absolute z-20 transition-colors hover:bg-accent focus-visible:bg-focus',
        side === 'left' && 'inset-y-0 -left-0.75 w-1.5 cursor-col-resize',
        side === 'right' && 'inset-y-0 -right-0.75 w-1.5 cursor-col-resize',
        side === 'top' && 'inset-x-0 -top-0.75 h-1.5 cursor-row-resize',
      )}
      onPointerDown={start}
      onDoubleClick={() => onResize(usual)}
      onKeyDown={(event) => {
        const towards = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key]
        if (towards === undefined || (event.key === 'ArrowLeft' || event.key === 'ArrowRight') !== isVertical) return
        event.preventDefault()
        event.stopPropagation()
        onResize(size + grow * towards * step)
      }}
    />
  )
}
