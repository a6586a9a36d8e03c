import { Menu as Base } from '@base-ui/react/menu'
import { clsx } from 'clsx'
import type { ReactElement, ReactNode } from 'react'
import { keyText } from './kbd.tsx'
import { itemClass, popupClass } from './popup-class.ts'

type MenuEntry =
  | {
      label: string
      icon?: ReactNode
      shortcut?: string | undefined
      danger?: boolean | undefined
      disabled?: boolean | undefined
      onSelect: () => void
    }
  | 'separator'

interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement
  entries: readonly MenuEntry[]
  side?: 'top' | 'right' | 'bottom' | 'left' | undefined
  align?: 'start' | 'center' | 'end' | undefined
}

export function Menu({ trigger, entries, side = 'bottom', align = 'end' }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={4} className="z-50">
          <Base.Popup className={clsx(popupClass, 'min-w-48')}>
            {entries.map((entry, index) =>
              entry === 'separator' ? (
                // oxlint-disable-next-line react/no-array-index-key -- separators have nothing else to be known by
                <Base.Separator key={`separator-${index}`} className="my-1 border-t border-line" />
              ) : (
                <Base.Item
                  key={entry.label}
                  disabled={entry.disabled ?? false}
                  onClick={entry.onSelect}
                  className={clsx(itemClass, entry.danger === true && 'text-failed')}
                >
                  {entry.icon !== undefined && (
                    <span className={entry.danger === true ? undefined : 'text-muted'}>{entry.icon}</span>
                  )}
                  <span className="flex-1">{entry.label}</span>
                  {entry.shortcut !== undefined && (
                    <kbd className="ml-4 font-sans text-mini text-muted">{keyText(entry.shortcut)}</kbd>
                  )}
                </Base.Item>
              ),
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
