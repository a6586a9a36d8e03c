import { Check, Hand, Hourglass, ListEnd, Minus, OctagonX, Pin, TriangleAlert, type LucideIcon } from 'lucide-react'
import { Badge, type Tone } from './badge.tsx'
import { Spinner } from './spinner.tsx'

/** Every state something on screen can be in. Icon, word and colour belong together: colour is never alone. */
export type StatusKind =
  | 'worked'
  | 'running'
  | 'queued'
  | 'waiting'
  | 'failed'
  | 'needs-you'
  | 'stale'
  | 'pinned'
  | 'off'
  | 'skipped'
  | 'stopped'

interface Look {
  word: string
  tone: Tone
  icon: LucideIcon | 'spinner'
  ink: string
}

export const statusLooks: Record<StatusKind, Look> = {
  worked: { word: 'Worked', tone: 'worked', icon: Check, ink: 'text-worked' },
  running: { word: 'Running', tone: 'running', icon: 'spinner', ink: 'text-running' },
  queued: { word: 'In line', tone: 'running', icon: ListEnd, ink: 'text-running' },
  waiting: { word: 'Waiting', tone: 'waiting', icon: Hourglass, ink: 'text-waiting' },
  failed: { word: 'Failed', tone: 'failed', icon: OctagonX, ink: 'text-failed' },
  'needs-you': { word: 'Needs a decision', tone: 'needs', icon: Hand, ink: 'text-needs' },
  stale: { word: 'May be out of date', tone: 'stale', icon: TriangleAlert, ink: 'text-stale' },
  pinned: { word: 'Fixed sample', tone: 'pinned', icon: Pin, ink: 'text-pinned' },
  off: { word: 'Off', tone: 'off', icon: Minus, ink: 'text-off' },
  skipped: { word: 'Skipped', tone: 'off', icon: Minus, ink: 'text-off' },
  stopped: { word: 'Stopped', tone: 'off', icon: Minus, ink: 'text-off' },
}

export function StatusIcon({ kind, size = 16 }: { kind: StatusKind; size?: number }) {
  const { icon: Icon } = statusLooks[kind]
  return Icon === 'spinner' ? <Spinner size={size} /> : <Icon size={size} strokeWidth={2} aria-hidden />
}

/** A state as a chip; `word` overrides the general one, as in "Waiting until 14:02". */
export function StatusChip({ kind, word }: { kind: StatusKind; word?: string | undefined }) {
  const look = statusLooks[kind]
  return (
    <Badge tone={look.tone} icon={<StatusIcon kind={kind} size={13} />}>
      {word ?? look.word}
    </Badge>
  )
}
