import { clsx } from 'clsx'
import { CircleAlert, Info, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

export interface NoticeProps {
  tone?: 'plain' | 'problem' | 'waiting' | undefined
  title: ReactNode
  children?: ReactNode
  actions?: ReactNode
  /** Instead of the icon of its tone. */
  icon?: LucideIcon | undefined
}

const looks = {
  plain: 'border-line bg-sunken text-ink',
  problem: 'border-failed bg-failed-soft text-ink',
  waiting: 'border-waiting bg-waiting-soft text-ink',
}
const inks = { plain: 'text-muted', problem: 'text-failed', waiting: 'text-waiting' }

/** Something to know, in place: what happened, why, and what to do next. Problems are read out. */
export function Notice({ tone = 'plain', title, children, actions, icon }: NoticeProps) {
  const Icon = icon ?? (tone === 'plain' ? Info : CircleAlert)
  return (
    <div
      role={tone === 'problem' ? 'alert' : undefined}
      className={clsx('flex gap-3 rounded-card border px-3.5 py-3', looks[tone])}
    >
      <Icon size={18} aria-hidden className={clsx('mt-px shrink-0', inks[tone])} />
      <div className="min-w-0 flex-1">
        <p className="text-label leading-5">{title}</p>
        {Boolean(children) && <div className="mt-0.5 text-body text-muted">{children}</div>}
        {Boolean(actions) && <div className="mt-2.5 flex flex-wrap gap-2">{actions}</div>}
      </div>
    </div>
  )
}
