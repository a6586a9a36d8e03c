import { clsx } from 'clsx'
import type { ComponentProps, ReactNode } from 'react'
import { Spinner } from './spinner.tsx'

type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger'
type ButtonSize = 'small' | 'medium' | 'large'

export interface ButtonLook {
  variant?: ButtonVariant | undefined
  size?: ButtonSize | undefined
}

const looks: Record<ButtonVariant, string> = {
  primary: 'bg-accent text-on-accent hover:not-disabled:bg-accent-hover border-transparent',
  secondary: 'bg-surface text-ink border-line-strong hover:not-disabled:border-ink hover:not-disabled:bg-hover',
  quiet: 'text-ink border-transparent hover:not-disabled:bg-hover data-popup-open:bg-hover',
  danger: 'bg-surface text-failed border-failed hover:not-disabled:bg-failed-soft',
}

const sizes: Record<ButtonSize, string> = {
  small: 'h-7 px-2.5 gap-1.5',
  medium: 'h-8 px-3 gap-1.5',
  large: 'h-10 px-4 gap-2',
}

/** The classes of a button, for links that look like one. */
export function buttonClass({ variant = 'secondary', size = 'medium' }: ButtonLook): string {
  return clsx(
    'inline-flex shrink-0 items-center justify-center rounded-field border text-label whitespace-nowrap select-none transition-colors',
    'disabled:border-line disabled:bg-sunken disabled:text-faint forced-colors:border-[ButtonBorder]',
    looks[variant],
    sizes[size],
  )
}

export interface ButtonProps extends ComponentProps<'button'>, ButtonLook {
  icon?: ReactNode
  /** Shows that the click is being carried out, and takes no second one; stays focusable. */
  busy?: boolean | undefined
}

export function Button({
  variant,
  size,
  icon,
  busy = false,
  children,
  className,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={clsx(buttonClass({ variant, size }), className)}
    >
      {busy ? <Spinner size={16} /> : icon}
      {children}
    </button>
  )
}
