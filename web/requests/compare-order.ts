import type { InboxPage } from '#shared/inbox-request.ts'

type Difference = NonNullable<InboxPage['differences']>[number]

/** What was sent is what one looks for; headers and the time differ between any two, and come last. */
const order = ['body', 'query', 'files', '', 'headers', 'at']

export function inReadingOrder(differences: readonly Difference[]): Difference[] {
  return differences.toSorted((a, b) => placeOf(a) - placeOf(b))
}

function placeOf({ path }: Difference): number {
  const place = order.indexOf(/^[^.[]*/.exec(path)?.[0] ?? '')
  return place < 0 ? order.indexOf('') : place
}

/** A value as people read it: text without its quotes, unless the other one is no text and the two look alike. */
export function writtenWords(written: string | undefined, other: string | undefined): string | undefined {
  if (written === undefined || !written.startsWith('"')) return written
  if (other !== undefined && !other.startsWith('"')) return written
  try {
    return String(JSON.parse(written))
  } catch {
    // Only its beginning is here.
    return `${written.slice(1)}…`
  }
}
