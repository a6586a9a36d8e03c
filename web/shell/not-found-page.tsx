import { Link } from '@tanstack/react-router'
import { Unplug } from 'lucide-react'
import { buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { useTitle } from './use-title.ts'

/** One page for what doesn't exist and for what one may not see, so that neither tells which it is. */
export function NotFoundPage() {
  useTitle('Not here')
  return (
    <main className="flex min-h-full flex-1 items-center justify-center">
      <EmptyState
        picture={<Unplug size={40} strokeWidth={1.5} />}
        title="Nothing to open here"
        text="You can't open this, or it isn't there any more. Ask whoever sent you the link, or go back to the flows."
        actions={
          <Link to="/flows" className={buttonClass({ variant: 'primary' })}>
            See all flows
          </Link>
        }
      />
    </main>
  )
}
