import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { useMay } from '../account/use-may.ts'
import { meQuery } from '../api/queries.ts'
import { Tooltip } from '../ui/tooltip.tsx'
import { flowsDestination, runsDestination, settingsDestination, valuesDestination, type Destination } from './destinations.ts'
import { Logo } from './logo.tsx'
import { RailSlotPlace } from './rail-slot.tsx'

interface RailLinkProps {
  to: Destination['to'] | '/settings/profile'
  label: string
  icon: ReactNode
  isNarrow: boolean
  /** Marked as current only on exactly this page. */
  isExact?: boolean
}

function RailLink({ to, label, icon, isNarrow, isExact = false }: RailLinkProps) {
  const link = (
    <Link
      to={to}
      aria-label={isNarrow ? label : undefined}
      activeOptions={{ exact: isExact }}
      className={clsx(
        'flex h-9 items-center gap-3 rounded-field text-label text-muted transition-colors hover:bg-hover hover:text-ink',
        isNarrow ? 'w-9 justify-center' : 'px-2.5',
      )}
      activeProps={{ className: 'bg-accent-soft text-accent! hover:bg-accent-soft' }}
    >
      {icon}
      {!isNarrow && <span className="truncate">{label}</span>}
    </Link>
  )
  return isNarrow ? (
    <Tooltip text={label} side="right">
      {link}
    </Tooltip>
  ) : (
    link
  )
}

function DestinationLink({ destination, isNarrow }: { destination: Destination; isNarrow: boolean }) {
  const { to, label, icon: Icon, needs } = destination
  const may = useMay()
  if (needs !== undefined && !may(needs)) return null
  return (
    <RailLink
      to={to}
      label={label}
      icon={<Icon size={20} strokeWidth={1.75} aria-hidden className="shrink-0" />}
      isNarrow={isNarrow}
    />
  )
}

function AccountLink({ isNarrow }: { isNarrow: boolean }) {
  const name = useQuery(meQuery).data?.name ?? 'Account'
  const initial = (
    <span
      aria-hidden
      className="-mx-0.5 flex size-6 shrink-0 items-center justify-center rounded-full bg-accent text-mini text-on-accent uppercase"
    >
      {name.slice(0, 1)}
    </span>
  )
  return <RailLink to="/settings/profile" label={name} icon={initial} isNarrow={isNarrow} isExact />
}

/** Navigation: 56 px of icons beside the canvas, 208 px with words elsewhere. Hidden on a phone. */
export function Rail({ isNarrow }: { isNarrow: boolean }) {
  return (
    <nav
      aria-label="Main"
      className={clsx(
        'flex shrink-0 flex-col gap-1 overflow-y-auto border-r border-line bg-bg py-2.5 max-md:hidden',
        isNarrow ? 'w-14 items-center px-2' : 'w-52 px-2.5',
      )}
    >
      <Link
        to="/flows"
        aria-label="Holdfast, all flows"
        className={clsx('mb-3 flex h-8 items-center gap-2.5 rounded-field', isNarrow ? 'px-1.5' : 'px-2')}
      >
        <Logo />
        {!isNarrow && <span className="text-h2 tracking-tight">Holdfast</span>}
      </Link>
      <DestinationLink destination={flowsDestination} isNarrow={isNarrow} />
      <DestinationLink destination={runsDestination} isNarrow={isNarrow} />
      <DestinationLink destination={valuesDestination} isNarrow={isNarrow} />
      <RailSlotPlace />
      <div className="mt-auto" />
      <DestinationLink destination={settingsDestination} isNarrow={isNarrow} />
      <AccountLink isNarrow={isNarrow} />
    </nav>
  )
}
