import { Link } from '@tanstack/react-router'
import { Inbox } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { buttonClass } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { useEditor } from '../store.ts'

interface StartAddressProps {
  title: string
  /** Nothing while the flow was not saved yet. */
  address: string | undefined
  /** What can be done with it beside copying it. */
  tools?: ReactNode
  /** What is worth knowing of it. */
  children: ReactNode
}

/** Where a flow can be started from outside, and the way to what came in there. */
export function StartAddress({ title, address, tools, children }: StartAddressProps) {
  const id = useId()
  const flow = useEditor((state) => state.flow.id)
  return (
    <section aria-labelledby={id} className="flex flex-col gap-1.5">
      <h2 id={id} className="text-label">
        {title}
      </h2>
      {address === undefined ? (
        <p className="text-body text-muted">It gets an address as soon as the flow is saved.</p>
      ) : (
        <>
          <p className="rounded-field border border-line bg-sunken px-2.5 py-1.5 font-mono text-code break-all select-all">
            {address}
          </p>
          <div className="flex flex-wrap gap-2">
            <CopyButton text={address} size="small" />
            {tools}
            <Link to="/flows/$flow/requests" params={{ flow }} className={buttonClass({ variant: 'quiet', size: 'small' })}>
              <Inbox size={15} aria-hidden />
              What came in
            </Link>
          </div>
          {children}
        </>
      )}
    </section>
  )
}
