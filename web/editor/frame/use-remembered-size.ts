import { useCallback, useState } from 'react'

/** A size a person chose, remembered in this browser. */
export function useRememberedSize(name: string, usual: number, least: number, most: number): [number, (size: number) => void] {
  const key = `holdfast:size:${name}`
  const [size, setSize] = useState(() => {
    const known = Number(localStorage.getItem(key))
    return known >= least && known <= most ? known : usual
  })
  const resize = useCallback(
    (wanted: number) => {
      const next = Math.round(Math.max(least, Math.min(most, wanted)))
      localStorage.setItem(key, String(next))
      setSize(next)
    },
    [key, least, most],
  )
  return [size, resize]
}
