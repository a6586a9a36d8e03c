import { Link } from '@tanstack/react-router'
import { clsx } from 'clsx'
import type { Run } from '#shared/run.ts'
import { buttonClass } from '../ui/button.tsx'

interface CodeExcerptProps {
  run: Run
  nodeId: string
  code: string
  /** The line that is meant, from 1. */
  line: number
}

const before = 2
const after = 6

/** The lines of code, as they ran, around the one that asked for a step. */
export function CodeExcerpt({ run, nodeId, code, line }: CodeExcerptProps) {
  const lines = code.split('\n')
  const from = Math.max(0, line - 1 - before)
  const shown = lines.slice(from, line + after)
  return (
    <section aria-label="In the code" className="flex flex-col gap-2">
      <div className="flex items-center gap-2">
        <h3 className="mr-auto text-label text-muted">Line {line} of the code</h3>
        <Link
          to="/flows/$flow"
          params={{ flow: run.flowId }}
          search={{ step: nodeId, line }}
          className={buttonClass({ variant: 'quiet', size: 'small' })}
        >
          Open in the editor
        </Link>
      </div>
      {/* Long lines are read by the arrow keys too. */}
      <pre tabIndex={0} className="overflow-x-auto rounded-field bg-sunken py-2 font-mono text-code">
        {shown.map((text, index) => {
          const number = from + index + 1
          return (
            <div key={number} className={clsx('flex gap-3 px-3', number === line && 'bg-accent-soft')}>
              <span aria-hidden className="w-7 shrink-0 text-right text-faint select-none">
                {number}
              </span>
              <code>{text === '' ? ' ' : text}</code>
            </div>
          )
        })}
      </pre>
    </section>
  )
}
