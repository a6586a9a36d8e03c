import { Dialog as Base } from '@base-ui/react/dialog'
import { clsx } from 'clsx'
import { X } from 'lucide-react'
import type { ReactNode, RefObject } from 'react'
import { buttonClass } from './button.tsx'

export interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  description?: ReactNode
  children?: ReactNode
  /** The buttons at the bottom right; the one that does the thing comes last. */
  footer?: ReactNode
  /** What has the focus when it opens; the first thing in it when not said. */
  initialFocus?: RefObject<HTMLElement | null> | undefined
  size?: 'small' | 'medium' | 'large' | undefined
}

const widths = { small: 'max-w-105', medium: 'max-w-140', large: 'max-w-200' }

export function Dialog({ open, onOpenChange, title, description, children, footer, initialFocus, size = 'small' }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-settle data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-40 flex items-center justify-center p-4">
          <Base.Popup
            {...(initialFocus === undefined ? {} : { initialFocus })}
            className={clsx(
              'edge flex max-h-full w-full flex-col rounded-dialog border border-line bg-raised shadow-float outline-none',
              'transition-[opacity,translate] duration-settle ease-calm data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0',
              widths[size],
            )}
          >
            <header className="flex items-start gap-3 px-5 pt-4 pb-1">
              <div className="min-w-0 flex-1">
                <Base.Title className="text-h2">{title}</Base.Title>
                {description !== undefined && (
                  <Base.Description className="mt-1 text-body text-muted">{description}</Base.Description>
                )}
              </div>
              {/* Without a tooltip: it would open with the focus, and the first Esc would close only that. */}
              <Base.Close
                aria-label="Close"
                className={clsx(
                  buttonClass({ variant: 'quiet', size: 'small' }),
                  '-mr-1.5 size-7 px-0! text-muted hover:text-ink',
                )}
              >
                <X size={18} aria-hidden />
              </Base.Close>
            </header>
            {Boolean(children) && <div className="min-h-0 flex-1 overflow-y-auto px-5 py-3">{children}</div>}
            {Boolean(footer) && <footer className="flex justify-end gap-2 px-5 pt-3 pb-5">{footer}</footer>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  )
}
