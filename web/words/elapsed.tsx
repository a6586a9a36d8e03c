import { durationText } from './duration-text.ts'
import { useNow } from './use-now.ts'

/** How long something took, or has been taking. */
export function Elapsed({ from, to }: { from: string; to: string | null }) {
  return to === null ? (
    <Counting from={from} />
  ) : (
    <span className="tabular whitespace-nowrap">{spanText(from, Date.parse(to))}</span>
  )
}

function Counting({ from }: { from: string }) {
  const now = useNow()
  return <span className="tabular whitespace-nowrap">{spanText(from, now.getTime())}</span>
}

function spanText(from: string, toMs: number): string {
  return durationText(Math.max(0, toMs - Date.parse(from)))
}
