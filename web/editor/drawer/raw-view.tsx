import { useMemo, useState } from 'react'
import type { Json } from '#shared/json.ts'
import { Button } from '../../ui/button.tsx'
import { sizeWords } from '../inspector/data/value-words.ts'
import { rawText } from './raw-text.ts'

const firstLimit = 10_000
const largestLimit = 500_000

/** A value as it is: its beginning, and more when asked for. */
export function RawView({ value }: { value: Json }) {
  const [limit, setLimit] = useState(firstLimit)
  const { text, isCut } = useMemo(
    () => (typeof value === 'string' ? { text: value.slice(0, limit), isCut: value.length > limit } : rawText(value, limit)),
    [value, limit],
  )
  return (
    <div data-dev>
      <pre className="px-3 py-2 font-mono text-code break-words whitespace-pre-wrap">{text}</pre>
      {isCut && (
        <p className="flex items-center gap-3 px-3 pb-3 text-small text-muted">
          The first {sizeWords(text.length)} are shown.
          {limit < largestLimit && (
            <Button size="small" onClick={() => setLimit(largestLimit)}>
              Show more
            </Button>
          )}
          <Button
            size="small"
            onClick={() => void navigator.clipboard.writeText(typeof value === 'string' ? value : JSON.stringify(value, null, 2))}
          >
            Copy all of it
          </Button>
        </p>
      )}
    </div>
  )
}
