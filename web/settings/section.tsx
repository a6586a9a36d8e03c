import type { ReactNode } from 'react'
import { useTitle } from '../shell/use-title.ts'

interface SectionProps {
  title: string
  text?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

export function Section({ title, text, actions, children }: SectionProps) {
  useTitle(title, 'Settings')
  return (
    <section aria-labelledby="section-title">
      <div className="mb-4 flex flex-wrap items-start gap-x-4 gap-y-3">
        <div className="min-w-60 flex-1">
          <h2 id="section-title" className="text-h2">
            {title}
          </h2>
          {text !== undefined && <p className="mt-1 text-body text-muted">{text}</p>}
        </div>
        {actions}
      </div>
      {children}
    </section>
  )
}

/** Facts in two columns: what it is, what it says. */
export function Facts({ items }: { items: readonly (readonly [label: string, value: ReactNode])[] }) {
  return (
    <dl className="rounded-card border border-line bg-surface">
      {items.map(([label, value]) => (
        <div
          key={label}
          className="flex flex-col gap-x-4 gap-y-0.5 border-b border-line px-4 py-2.5 last:border-b-0 sm:flex-row sm:items-baseline"
        >
          <dt className="w-36 shrink-0 text-label text-muted">{label}</dt>
          <dd className="min-w-0 flex-1 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
