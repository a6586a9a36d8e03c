import type { ReactNode } from 'react'
import { Logo } from '../shell/logo.tsx'

/** The frame of the pages before the sign-in: one card in the middle of the paper. */
export function AccountFrame({ title, lead, children }: { title: string; lead?: string | undefined; children: ReactNode }) {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center bg-bg px-4 py-10">
      <div className="mb-8 flex items-center gap-2.5">
        <Logo size={28} />
        <span className="text-h1">Holdfast</span>
      </div>
      <div className="w-full max-w-100 rounded-dialog border border-line bg-surface p-6 sm:p-8">
        <h1 className="text-h1">{title}</h1>
        {lead !== undefined && <p className="mt-1 text-body text-muted">{lead}</p>}
        <div className="mt-6">{children}</div>
      </div>
    </main>
  )
}
