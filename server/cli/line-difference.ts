export interface LineChange {
  kind: '+' | '-' | ' '
  text: string
}

/** Beyond this many lines that differ, only the beginning and the end are compared. */
const mostCompared = 2000

/** Which lines were taken out and put in to make one text of another, in order. */
export function lineDifference(before: string, after: string): LineChange[] {
  const old = before.split('\n')
  const now = after.split('\n')
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start++
  let end = 0
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++
  const line = (kind: LineChange['kind']) => (text: string) => ({ kind, text })
  return [
    ...old.slice(0, start).map(line(' ')),
    ...between(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...old.slice(old.length - end).map(line(' ')),
  ]
}

/** By the longest lines in common, worked out from the end. */
function between(old: string[], now: string[]): LineChange[] {
  if (old.length > mostCompared || now.length > mostCompared)
    return [...old.map((text) => ({ kind: '-' as const, text })), ...now.map((text) => ({ kind: '+' as const, text }))]
  const width = now.length + 1
  const common = new Uint16Array((old.length + 1) * width)
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      common[i * width + j] =
        old[i] === now[j]
          ? (common[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0)
  const changes: LineChange[] = []
  let i = 0
  let j = 0
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      changes.push({ kind: ' ', text: old[i] ?? '' })
      i++
      j++
    } else if (j === now.length || (i < old.length && (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0)))
      changes.push({ kind: '-', text: old[i++] ?? '' })
    else changes.push({ kind: '+', text: now[j++] ?? '' })
  }
  return changes
}

/** As in `+3 −1 lines`. */
export function countChanges(changes: readonly LineChange[]): string {
  const count = (kind: string) => changes.filter((change) => change.kind === kind).length
  return `+${count('+')} −${count('-')} lines`
}

/** The changed lines with one line around each, at most so many. */
export function excerpt(changes: readonly LineChange[], most: number): string[] {
  const isNear = (index: number) => changes.slice(Math.max(0, index - 1), index + 2).some(({ kind }) => kind !== ' ')
  const lines = changes.flatMap(({ kind, text }, index) => (isNear(index) ? [`${kind} ${clip(text)}`] : []))
  return lines.length <= most ? lines : [...lines.slice(0, most), `… and ${lines.length - most} more lines`]
}

function clip(text: string): string {
  const visible = text.replace(/\r$/, '␍')
  return visible.length > 200 ? `${visible.slice(0, 200)}…` : visible
}
