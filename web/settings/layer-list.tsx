import { ShieldAlert, ShieldCheck } from 'lucide-react'
import type { SandboxLayer } from '#shared/system.ts'

/** What keeps code steps apart from the machine, each with what it is good for; what is missing says what that leaves open. */
export function LayerList({ layers }: { layers: readonly SandboxLayer[] }) {
  return (
    <ul aria-label="Protection of this machine" className="rounded-card border border-line bg-surface">
      {layers.map(({ name, isActive, means }) => (
        <li key={name} className="flex gap-3 border-b border-line px-4 py-2.5 last:border-b-0">
          {isActive ? (
            <ShieldCheck size={18} aria-hidden className="mt-px shrink-0 text-worked" />
          ) : (
            <ShieldAlert size={18} aria-hidden className="mt-px shrink-0 text-waiting" />
          )}
          <div className="min-w-0">
            <p className="text-label leading-5">
              {name.slice(0, 1).toUpperCase() + name.slice(1)}
              {!isActive && <span className="text-waiting"> · missing</span>}
            </p>
            <p className="text-small text-muted">{means}</p>
          </div>
        </li>
      ))}
    </ul>
  )
}
