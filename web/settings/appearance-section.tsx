import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { Monitor, Moon, Sun } from 'lucide-react'
import { Section } from './section.tsx'
import { setTheme, useTheme, type Theme } from './theme.ts'

const choices = [
  { theme: 'system', label: 'Like this device', icon: Monitor },
  { theme: 'light', label: 'Light', icon: Sun },
  { theme: 'dark', label: 'Dark', icon: Moon },
] as const

/** A flow of three steps, drawn in the colours of one theme whatever the page's own is. */
function Preview({ theme }: { theme: Theme }) {
  return (
    <span
      aria-hidden
      className="flex h-20 items-center justify-center overflow-hidden rounded-field border border-line bg-canvas"
      style={{ colorScheme: theme === 'system' ? undefined : theme }}
    >
      <svg viewBox="0 0 96 64" className="h-16">
        <path d="M48 20v8M48 36q0 4-12 4t-12 4v2M48 36q0 4 12 4t12 4v2" fill="none" stroke="var(--color-line-strong)" />
        {[
          [30, 8, 'var(--color-family-start)'],
          [30, 26, 'var(--color-family-logic)'],
          [6, 45, 'var(--color-family-app)'],
          [54, 45, 'var(--color-family-code)'],
        ].map(([x, y, tile]) => (
          <g key={`${x},${y}`} transform={`translate(${x} ${y})`}>
            <rect width="36" height="12" rx="3" fill="var(--color-surface)" stroke="var(--color-line-strong)" />
            <rect x="3" y="3" width="6" height="6" rx="1.5" fill={String(tile)} />
            <rect x="12" y="5" width="18" height="2" rx="1" fill="var(--color-muted)" />
          </g>
        ))}
      </svg>
    </span>
  )
}

export function AppearanceSection() {
  const theme = useTheme()
  return (
    <Section title="Appearance" text="Kept in this browser.">
      <h3 id="theme-title" className="mb-2 text-label">
        Theme
      </h3>
      <RadioGroup<Theme>
        aria-labelledby="theme-title"
        value={theme}
        onValueChange={(next) => setTheme(next)}
        className="grid gap-3 sm:grid-cols-3"
      >
        {choices.map(({ theme: value, label, icon: Icon }) => (
          <label
            key={value}
            className="flex flex-col gap-2.5 rounded-card border border-line bg-surface p-2.5 transition-colors hover:border-line-strong has-data-checked:border-accent has-data-checked:ring-1 has-data-checked:ring-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus"
          >
            <Preview theme={value} />
            <span className="flex items-center gap-2 text-label">
              <Icon size={16} aria-hidden className="text-muted" />
              {label}
              <Radio.Root
                value={value}
                className="ml-auto flex size-4 items-center justify-center rounded-full border border-line-strong outline-none! data-checked:border-accent"
              >
                <Radio.Indicator className="size-2 rounded-full bg-accent forced-colors:bg-[Highlight]" />
              </Radio.Root>
            </span>
          </label>
        ))}
      </RadioGroup>
      <p className="mt-4 text-small text-muted">Movement follows your device: where it asks for less, nothing slides.</p>
    </Section>
  )
}
