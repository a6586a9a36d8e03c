import { Link, Outlet } from '@tanstack/react-router'
import { Globe, KeyRound, Package, Palette, Server, UserRound } from 'lucide-react'
import { Page } from '../shell/page.tsx'

const sections = [
  { to: '/settings/profile', label: 'Profile', icon: UserRound },
  { to: '/settings/appearance', label: 'Appearance', icon: Palette },
  { to: '/settings/api-keys', label: 'API keys', icon: KeyRound },
  { to: '/settings/packages', label: 'Packages', icon: Package },
  { to: '/settings/egress', label: 'Calls outside', icon: Globe },
  { to: '/settings/system', label: 'Installation', icon: Server },
] as const

export function SettingsPage() {
  return (
    <Page title="Settings" isNamedInside width="text">
      <div className="flex flex-col gap-x-10 gap-y-5 md:flex-row">
        <nav
          aria-label="Settings"
          className="-mx-4 flex shrink-0 gap-1 overflow-x-auto px-4 py-1 mask-x-from-[calc(100%-1.5rem)] mask-x-to-100% md:mx-0 md:w-44 md:flex-col md:mask-none md:px-0 md:py-0"
        >
          {sections.map(({ to, label, icon: Icon }) => (
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
