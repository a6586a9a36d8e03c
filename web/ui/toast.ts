export interface ToastContent {
  title: string
  description?: string | undefined
  kind?: 'plain' | 'success' | 'problem' | undefined
  action?: { label: string; onSelect: () => void } | undefined
  /** A toast with the same id replaces the one shown. */
  id?: string | undefined
}

type Show = (id: string, content: ToastContent) => void

// Most visits show none, so what draws them is loaded with the first; until it stands, toasts wait here.
let show: Show | undefined
let waiting: [id: string, content: ToastContent][] = []
let isWanted = false
let count = 0
const watchers = new Set<() => void>()

/** Says something at the bottom of the screen, and to screen readers. Problems stay until closed. */
export function showToast(content: ToastContent): void {
  const id = content.id ?? `toast-${++count}`
  if (show === undefined) waiting.push([id, content])
  else show(id, content)
  isWanted = true
  for (const watcher of watchers) watcher()
}

/** For the region toasts appear in: whether there was anything to show yet. */
export function areToastsWanted(): boolean {
  return isWanted
}

/** Calls when that may have changed; gives what ends the calls. */
export function watchToasts(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

/** For the region: takes over showing, starting with what has waited. */
export function showToastsBy(next: Show): () => void {
  show = next
  for (const [id, content] of waiting) next(id, content)
  waiting = []
  return () => {
    show = undefined
  }
}
