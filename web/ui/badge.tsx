import { clsx } from 'clsx'
import type { ReactNode } from 'react'

export type Tone = 'neutral' | 'accent' | 'worked' | 'running' | 'waiting' | 'failed' | 'needs' | 'stale' | 'pinned' | 'off'

const tones: Record<Tone, string> = {
  neutral: 'bg-sunken text-muted',
  accent: 'bg-accent-soft text-accent',
  worked: 'bg-worked-soft text-worked',
  running: 'bg-running-soft text-running',
  waiting: 'bg-waiting-soft text-waiting',
  failed: 'bg-failed-soft text-failed',
  needs: 'bg-needs-soft text-needs',
  stale: 'bg-stale-soft text-stale',
  pinned: 'bg-pinned-soft text-pinned',
  off: 'bg-off-soft text-off',
}

export interface BadgeProps {
  tone?: Tone | undefined
  icon?: ReactNode
  children: ReactNode
  className?: string | undefined
  title?: string | undefined
}

/** A small word with a colour; the word always says what the colour means. */
export function Badge({ tone = 'neutral', icon, children, className, title }: BadgeProps) {
  return (
    <span
      title={title}
      className={clsx(
        'edge inline-flex h-5.5 items-center gap-1 rounded-full px-2 text-mini whitespace-nowrap',
        tones[tone],
        className,
      )}
    >
      {icon}
      {children}
    </span>
  )
}
