import { Spinner } from '../ui/spinner.tsx'

export function PagePending() {
  return (
    <div role="status" className="flex min-h-60 flex-1 items-center justify-center gap-2.5 text-muted">
      <Spinner /> Loading…
    </div>
  )
}
