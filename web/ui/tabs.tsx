import { Tabs as Base } from '@base-ui/react/tabs'
import { clsx } from 'clsx'
import type { ReactNode } from 'react'

interface TabItem<V extends string> {
  value: V
  label: ReactNode
  panel: ReactNode
}

export interface TabsProps<V extends string> {
  /** What the tabs choose between, for screen readers. */
  label: string
  value: V
  onChange: (value: V) => void
  items: readonly TabItem<V>[]
  /** Shown at the right end of the row of tabs. */
  trailing?: ReactNode
  listClassName?: string | undefined
  panelClassName?: string | undefined
  className?: string | undefined
}

export function Tabs<V extends string>({
  label,
  value,
  onChange,
  items,
  trailing,
  listClassName,
  panelClassName,
  className,
}: TabsProps<V>) {
  return (
    <Base.Root value={value} onValueChange={(next: V) => onChange(next)} className={clsx('flex min-h-0 flex-col', className)}>
      {/* Where there is no room beside the tabs, what is at the end goes below them. */}
      <div className={clsx('flex flex-wrap items-center border-b border-line', listClassName)}>
        <Base.List aria-label={label} className="relative flex shrink-0 gap-1">
          {items.map((item) => (
            <Base.Tab
              key={item.value}
              value={item.value}
              className="flex h-9 items-center gap-1.5 rounded-t-field px-2.5 text-label whitespace-nowrap text-muted transition-colors -outline-offset-2! hover:text-ink data-active:text-ink"
            >
              {item.label}
            </Base.Tab>
          ))}
          <Base.Indicator className="absolute -bottom-px left-0 h-0.5 w-(--active-tab-width) translate-x-(--active-tab-left) rounded-full bg-accent transition-[translate,width] duration-settle ease-calm forced-colors:bg-[Highlight]" />
        </Base.List>
        {trailing !== undefined && (
          <div className="ml-auto flex min-h-9 flex-wrap items-center justify-end gap-1 pl-2">{trailing}</div>
        )}
      </div>
      {items.map((item) => (
        <Base.Panel key={item.value} value={item.value} className={clsx('min-h-0 flex-1 -outline-offset-2!', panelClassName)}>
          {item.panel}
        </Base.Panel>
      ))}
    </Base.Root>
  )
}
