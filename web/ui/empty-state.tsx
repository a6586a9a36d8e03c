import type { ReactNode } from 'react'

export interface EmptyStateProps {
  title: string
  text?: ReactNode
  /** One or two buttons that do the next thing. */
  actions?: ReactNode
  picture?: ReactNode
  size?: 'page' | 'panel' | undefined
}

export function EmptyState({ title, text, actions, picture, size = 'page' }: EmptyStateProps) {
  const isPage = size === 'page'
  return (
    <div
      className={
        isPage ? 'flex flex-col items-center px-6 py-16 text-center' : 'flex flex-col items-center px-4 py-8 text-center'
      }
    >
      {picture !== undefined && (
        <div aria-hidden className={isPage ? 'mb-5 text-line-strong' : 'mb-3 text-line-strong'}>
          {picture}
        </div>
      )}
      <h2 className={isPage ? 'text-display' : 'text-h2'}>{title}</h2>
      {text !== undefined && <p className="mt-2 max-w-100 text-body text-balance text-muted">{text}</p>}
      {Boolean(actions) && <div className="mt-5 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  )
}
