import { Outlet, useMatchRoute } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Rail } from './rail.tsx'
import { PhoneBar } from './phone-bar.tsx'

/** The frame of every page behind the sign-in: navigation left (below on a phone), the page in the rest. */
export function Shell() {
  const matchRoute = useMatchRoute()
  const isEditor = matchRoute({ to: '/flows/$flow' }) !== false || matchRoute({ to: '/flows/$flow/runs/$run' }) !== false
  useEffect(() => {
    performance.mark('app-ready')
  }, [])
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#page"
        className="sr-only z-50 rounded-field bg-accent px-3 py-2 text-label text-on-accent focus-visible:not-sr-only focus-visible:absolute focus-visible:top-2 focus-visible:left-2"
      >
        Skip to the page
      </a>
      <Rail isNarrow={isEditor} />
      <div id="page" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col overflow-y-auto outline-none">
        <Outlet />
      </div>
      <PhoneBar />
    </div>
  )
}
