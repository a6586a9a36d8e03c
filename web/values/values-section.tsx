import { useId, type ReactNode } from 'react'

interface ValuesSectionProps {
  title: string
  text: ReactNode
  actions?: ReactNode
  children: ReactNode
}

export function ValuesSection({ title, text, actions, children }: ValuesSectionProps) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <div className="mb-4 flex flex-wrap items-start gap-x-4 gap-y-3">
        <div className="min-w-60 flex-1">
          <h2 id={id} className="text-h2">
            {title}
          </h2>
          <p className="mt-1 max-w-160 text-body text-muted">{text}</p>
        </div>
        {actions}
      </div>
      {children}
    </section>
  )
}
