import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { useTitle } from './use-title.ts'

interface PageProps {
  title: string
  /** Set when what is inside names the browser tab. */
  isNamedInside?: boolean
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
  width?: 'list' | 'text' | undefined
}

/** The frame of a list or settings page: its heading, what can be done on it, its content. */
export function Page({ title, isNamedInside = false, lead, actions, children, width = 'list' }: PageProps) {
  useTitle(isNamedInside ? undefined : title)
  return (
    <main
      className={clsx(
        'mx-auto flex w-full flex-1 flex-col px-4 pt-5 pb-12 max-md:pb-32 md:px-8 md:pt-8',
        width === 'list' ? 'max-w-280' : 'max-w-240',
      )}
    >
      <header className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-3">
        {/* On a phone the buttons go below a heading that would be left with room for single letters. */}
        <div className="min-w-48 flex-1">
          {lead}
          <h1 className="text-h1 wrap-anywhere">{title}</h1>
        </div>
        {actions}
      </header>
      {children}
    </main>
  )
}
