import { useEffect } from 'react'

/** Names the browser tab: what is open first, the product last. */
export function useTitle(...parts: (string | undefined)[]): void {
  const title = [...parts.filter((part) => part !== undefined && part !== ''), 'Holdfast'].join(' · ')
  useEffect(() => {
    document.title = title
  }, [title])
}
