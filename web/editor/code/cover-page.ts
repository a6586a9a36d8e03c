/**
 * While an element covers the page, nothing else on it can be reached by Tab or is read out; afterwards the focus is
 * where it was. The element stays in its place in the page, so that an editor in it keeps its text, cursor and marks.
 * Answers how to end it.
 */
export function coverPage(element: HTMLElement): () => void {
  const before = document.activeElement
  const hidden: HTMLElement[] = []
  // Beside the root of the page are only dialogs and menus, which come above.
  for (let at = element; at.parentElement !== null && at.parentElement !== document.body; at = at.parentElement) {
    for (const other of at.parentElement.children) {
      if (other === at || !(other instanceof HTMLElement) || other.inert || other.matches('[aria-live], [role=status]')) continue
      other.inert = true
      hidden.push(other)
    }
  }
  if (!element.contains(before)) element.focus({ preventScroll: true })
  return () => {
    for (const other of hidden) other.inert = false
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
  }
}
