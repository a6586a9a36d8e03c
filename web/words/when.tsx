import { agoText, exactText, fullText, momentText } from './when-text.ts'
import { useNow } from './use-now.ts'

const ways = { ago: agoText, moment: momentText, exact: exactText }

/** A moment in words; all of it is in the tooltip. */
export function When({ at, as = 'ago' }: { at: string; as?: keyof typeof ways }) {
  const now = useNow()
  const date = new Date(at)
  return (
    <time dateTime={at} title={fullText(date)} className="tabular whitespace-nowrap">
      {ways[as](date, now)}
    </time>
  )
}
