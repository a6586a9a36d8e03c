import { Link } from '@tanstack/react-router'
import { useMay } from '../account/use-may.ts'
import { flowsDestination, runsDestination, settingsDestination, valuesDestination } from './destinations.ts'

/** Navigation on a phone, within reach of a thumb. */
export function PhoneBar() {
  const may = useMay()
  const destinations = [flowsDestination, runsDestination, valuesDestination, settingsDestination].filter(
    ({ needs }) => needs === undefined || may(needs),
  )
  return (
    <nav aria-label="Main" className="flex shrink-0 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden">
      {destinations.map(({ to, label, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          className="flex h-14 flex-1 flex-col items-center justify-center gap-1 text-mini text-muted -outline-offset-2!"
          activeProps={{ className: 'text-accent!' }}
        >
          <Icon size={20} strokeWidth={1.75} aria-hidden />
          {label}
        </Link>
      ))}
    </nav>
  )
}
