import { clsx } from 'clsx'
import type { ComponentProps, ReactNode } from 'react'
import { buttonClass, type ButtonLook } from './button.tsx'
import { Tooltip, type TooltipSide } from './tooltip.tsx'

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'>, ButtonLook {
  /** Its name: read aloud, and shown as the tooltip. */
  label: string
  icon: ReactNode
  shortcut?: string | undefined
  tooltipSide?: TooltipSide | undefined
}

const squares = { small: 'size-7', medium: 'size-8', large: 'size-10' }

export function IconButton({
  label,
  icon,
  shortcut,
  tooltipSide,
  variant = 'quiet',
  size = 'medium',
  className,
  type = 'button',
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} shortcut={shortcut} side={tooltipSide}>
      <button
        {...rest}
        type={type}
        aria-label={label}
        className={clsx(
          buttonClass({ variant, size }),
          'px-0!',
          squares[size],
          variant === 'quiet' &&
            'text-muted hover:not-disabled:text-ink disabled:border-transparent! disabled:bg-transparent! disabled:text-line-strong!',
          className,
        )}
      >
        {icon}
      </button>
    </Tooltip>
  )
}
