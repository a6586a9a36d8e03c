import { useEffect, useState } from 'react'

/**
 * True while Space is held with the canvas in focus: then dragging moves the view. React Flow has a key for this too,
 * but it listens on the whole page, and takes the spaces from whoever types in the code editor beside the canvas.
 */
export function useSpaceHeld(): boolean {
  const [isHeld, setHeld] = useState(false)
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.code !== 'Space' || !isOfCanvas(event.target)) return
      event.preventDefault()
      setHeld(true)
    }
    const release = (event: KeyboardEvent) => {
      if (event.code === 'Space') setHeld(false)
    }
    const leave = () => setHeld(false)
    window.addEventListener('keydown', press)
    window.addEventListener('keyup', release)
    window.addEventListener('blur', leave)
    return () => {
      window.removeEventListener('keydown', press)
      window.removeEventListener('keyup', release)
      window.removeEventListener('blur', leave)
    }
  }, [])
  return isHeld
}

/** The canvas itself or nothing at all, rather than a name being typed on it or a button of its own. */
function isOfCanvas(target: EventTarget | null): boolean {
  if (target === document.body) return true
  return target instanceof Element && target.matches('[data-canvas], .react-flow, .react-flow__pane')
}
