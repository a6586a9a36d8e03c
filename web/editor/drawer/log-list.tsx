import { clsx } from 'clsx'
import type { z } from 'zod'
import type { LogLine } from '#shared/run.ts'
import { rawText } from './raw-text.ts'

const inks = { debug: 'text-muted', info: 'text-ink', warn: 'text-waiting', error: 'text-failed' }
const words = { debug: 'Detail', info: '', warn: 'Warning', error: 'Error' }

/** What a step wrote to its log, oldest first. */
export function LogList({ lines }: { lines: readonly z.infer<typeof LogLine>[] }) {
  return (
    <ol className="py-1" data-dev>
      {lines.map((line, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- lines are never moved, and two may be equal
        <li key={index} className="flex gap-3 px-3 py-0.5 font-mono text-code hover:bg-hover">
          <time dateTime={line.at} className="shrink-0 text-small leading-5 text-muted tabular">
            {line.at.slice(11, 23)}
          </time>
          <span className={clsx('min-w-0 break-words whitespace-pre-wrap', inks[line.level])}>
            {words[line.level] !== '' && <b className="font-bold">{words[line.level]} </b>}
            {line.message}
            {line.data !== undefined && <span className="text-muted"> {rawText(line.data, 2000).text}</span>}
          </span>
        </li>
      ))}
    </ol>
  )
}
