import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { clsx } from 'clsx'
import { LogOut, Monitor, Moon, Sun, UserRound } from 'lucide-react'
import { useNavigate } from '@tanstack/react-router'
import { meQuery } from '../api/queries.ts'
import { signOut } from '../account/sign-out.ts'
import { setTheme, useTheme } from '../settings/theme.ts'
import { Menu } from '../ui/menu.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import { flowsDestination, runsDestination, settingsDestination, type Destination } from './destinations.ts'
import { Logo } from './logo.tsx'
import { RailSlotPlace } from './rail-slot.tsx'

const rowClass = 'flex h-9 items-center gap-3 rounded-field text-label text-muted transition-colors hover:bg-hover hover:text-ink'

function RailLink({ destination: { to, label, icon: Icon }, isNarrow }: { destination: Destination; isNarrow: boolean }) {
  const link = (
    <Link
      to={to}
      aria-label={isNarrow ? label : undefined}
      className={clsx(rowClass, isNarrow ? 'w-9 justify-center' : 'px-2.5')}
      activeProps={{ className: 'bg-accent-soft text-accent! hover:bg-accent-soft' }}
    >
      <Icon size={20} strokeWidth={1.75} aria-hidden />
      {!isNarrow && label}
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

function AccountButton({ isNarrow }: { isNarrow: boolean }) {
  const me = useQuery(meQuery).data
  const theme = useTheme()
  const navigate = useNavigate()
  const name = me?.name ?? 'Account'
  return (
    <Menu
      side={isNarrow ? 'right' : 'top'}
      align={isNarrow ? 'end' : 'start'}
      trigger={
        <button type="button" aria-label={`Account: ${name}`} className={clsx(rowClass, 'w-full', isNarrow ? 'justify-center' : 'px-2')}>
          <span
            aria-hidden
            className="flex size-6 shrink-0 items-center justify-center rounded-full bg-accent-soft text-mini text-accent uppercase"
          >
            {name.slice(0, 1)}
          </span>
          {!isNarrow && <span className="truncate">{name}</span>}
        </button>
      }
      entries={[
        { label: 'Profile', icon: <UserRound size={16} aria-hidden />, onSelect: () => void navigate({ to: '/settings/profile' }) },
        theme === 'dark'
          ? { label: 'Light theme', icon: <Sun size={16} aria-hidden />, onSelect: () => setTheme('light') }
          : { label: 'Dark theme', icon: <Moon size={16} aria-hidden />, onSelect: () => setTheme('dark') },
        { label: 'Theme of this device', icon: <Monitor size={16} aria-hidden />, disabled: theme === 'system', onSelect: () => setTheme('system') },
        'separator',
        { label: 'Sign out', icon: <LogOut size={16} aria-hidden />, onSelect: () => void signOut() },
      ]}
    />
  )
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
      <Link to="/flows" aria-label="Holdfast, all flows" className={clsx('mb-3 flex h-8 items-center gap-2.5 rounded-field', isNarrow ? 'px-1.5' : 'px-2')}>
        <Logo />
        {!isNarrow && <span className="text-h2 tracking-tight">Holdfast</span>}
      </Link>
      <RailLink destination={flowsDestination} isNarrow={isNarrow} />
      <RailLink destination={runsDestination} isNarrow={isNarrow} />
      <div className={clsx('my-2 border-t border-line has-[>:empty]:hidden', isNarrow ? 'w-9 pt-2' : 'hidden')}>
        <RailSlotPlace />
      </div>
      <div className="mt-auto" />
      <RailLink destination={settingsDestination} isNarrow={isNarrow} />
      <AccountButton isNarrow={isNarrow} />
    </nav>
  )
}
