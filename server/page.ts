/** Cuts a list that was read with one item more than asked for into a page and the cursor of the next. */
export function pageFrom<T>(items: T[], limit: number, cursorOf: (item: T) => string): { items: T[]; nextCursor: string | null } {
  const last = items.length > limit ? items[limit - 1] : undefined
  return { items: items.slice(0, limit), nextCursor: last === undefined ? null : cursorOf(last) }
}
