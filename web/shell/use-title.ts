import { useEffect } from 'react'

/** Names the browser tab: what is open first, the product last. Given nothing, it leaves that to somebody inside. */
export function useTitle(...parts: (string | undefined)[]): void {
  const named = parts.filter((part) => part !== undefined && part !== '')
  const title = named.length === 0 ? undefined : [...named, 'Holdfast'].join(' · ')
  useEffect(() => {
    if (title !== undefined) document.title = title
  }, [title])
}
