import { Link, Outlet } from '@tanstack/react-router'
import { Globe, KeyRound, Package, Palette, Server, UserRound } from 'lucide-react'
import { useMay } from '../account/use-may.ts'
import { Page } from '../shell/page.tsx'

/** What each is about, and the permission without which it would only say no. */
const sections = [
  { to: '/settings/profile', label: 'Profile', icon: UserRound, needs: undefined },
  { to: '/settings/appearance', label: 'Appearance', icon: Palette, needs: undefined },
  { to: '/settings/api-keys', label: 'API keys', icon: KeyRound, needs: 'keys.manage' },
  { to: '/settings/packages', label: 'Packages', icon: Package, needs: 'packages.read' },
  { to: '/settings/egress', label: 'Calls outside', icon: Globe, needs: 'settings.manage' },
  { to: '/settings/system', label: 'Installation', icon: Server, needs: 'system.read' },
] as const

export function SettingsPage() {
  const may = useMay()
  return (
    <Page title="Settings" isNamedInside width="text">
      <div className="flex flex-col gap-x-10 gap-y-5 md:flex-row">
        <nav aria-label="Settings" className="-mx-2.5 flex shrink-0 flex-wrap gap-1 md:mx-0 md:w-44 md:flex-col md:flex-nowrap">
          {sections
            .filter(({ needs }) => needs === undefined || may(needs))
            .map(({ to, label, icon: Icon }) => (
              <Link
                key={to}
                to={to}
                className="flex h-9 shrink-0 items-center gap-2.5 rounded-field px-2.5 text-label text-muted transition-colors -outline-offset-2! hover:bg-hover hover:text-ink"
                activeProps={{ className: 'bg-accent-soft text-accent! hover:bg-accent-soft' }}
              >
                <Icon size={18} strokeWidth={1.75} aria-hidden className="max-sm:hidden" />
                {label}
              </Link>
            ))}
        </nav>
        <div className="min-w-0 max-w-160 flex-1">
          <Outlet />
        </div>
      </div>
    </Page>
  )
}
