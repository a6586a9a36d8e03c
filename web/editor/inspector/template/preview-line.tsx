import { clsx } from 'clsx'
import { shortValue, typeWord } from '../data/value-words.ts'
import { usePreview } from './use-preview.ts'

/** What the text comes to with the samples, in one quiet line. */
export function PreviewLine({ text, className }: { text: string; className?: string }) {
  const preview = usePreview(text)
  if (preview === undefined) return null
  if (preview.kind === 'problem') return <p className={clsx('text-small text-failed', className)}>{preview.message}</p>
  const word = typeWord(preview.value)
  return (
    <p className={clsx('flex min-w-0 gap-1.5 text-small text-muted', className)}>
      <span aria-hidden>=</span>
      <span className="sr-only">With the samples: </span>
      <output className="min-w-0 truncate text-ink">{shortValue(preview.value, 120)}</output>
      {word !== 'text' && word !== 'empty' && <span className="shrink-0">{word}</span>}
    </p>
  )
}
