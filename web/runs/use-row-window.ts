import { useEffect, useState, type RefObject } from 'react'

/** So few rows are all in the page: one can search it, and nothing has to be measured. */
const allUpTo = 200
const beyondEdge = 12

interface RowWindow {
  from: number
  to: number
}

/** Which of many rows of one height are near enough to what is seen of their list to be in the page. */
export function useRowWindow(list: RefObject<HTMLElement | null>, count: number, rowHeight: number): RowWindow {
  const [seen, setSeen] = useState<RowWindow>({ from: 0, to: allUpTo })
  const isLong = count > allUpTo
  useEffect(() => {
    const element = list.current
    if (element === null || !isLong) return undefined
    const look = () => {
      const from = Math.max(0, Math.floor(element.scrollTop / rowHeight) - beyondEdge)
      const to = Math.ceil((element.scrollTop + element.clientHeight) / rowHeight) + beyondEdge
      setSeen((old) => (old.from === from && old.to === to ? old : { from, to }))
    }
    look()
    const resized = new ResizeObserver(look)
    resized.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      resized.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [list, isLong, rowHeight])
  return isLong ? { from: Math.min(seen.from, count), to: Math.min(seen.to, count) } : { from: 0, to: count }
}
