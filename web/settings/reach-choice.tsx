import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { useState } from 'react'
import { Notice } from '../ui/notice.tsx'
import { HostList } from './host-list.tsx'

type Reach = 'anywhere' | 'listed'

interface ReachChoiceProps {
  /** Where calls may go; null when nothing is listed to keep them to. */
  allow: readonly string[] | null
  onChange: (allow: readonly string[] | null) => void
  /** What it means that nothing is listed, and that the list is empty. */
  words: { anywhere: string; anywhereHint: string; none: string }
}

/** Where calls may go: anywhere, or to the hosts of a list. */
export function ReachChoice({ allow, onChange, words }: ReachChoiceProps) {
  // A list that is not wanted for the moment is not thrown away.
  const [hosts, setHosts] = useState<readonly string[]>(allow ?? [])
  const choices = [
    { reach: 'anywhere', label: words.anywhere, hint: words.anywhereHint },
    { reach: 'listed', label: 'Only these hosts', hint: 'Every other call is refused, and the step says so.' },
  ] as const
  return (
    <div className="flex flex-col gap-4">
      <RadioGroup<Reach>
        aria-label="Calls may go"
        value={allow === null ? 'anywhere' : 'listed'}
        onValueChange={(next) => onChange(next === 'anywhere' ? null : hosts)}
        className="grid gap-2.5"
      >
        {choices.map(({ reach, label, hint }) => (
          <label
            key={reach}
            className="flex items-start gap-3 rounded-card border border-line bg-surface px-4 py-3 transition-colors hover:border-line-strong has-data-checked:border-accent has-data-checked:ring-1 has-data-checked:ring-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus"
          >
            <Radio.Root
              value={reach}
              className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong outline-none! data-checked:border-accent"
            >
              <Radio.Indicator className="size-2 rounded-full bg-accent forced-colors:bg-[Highlight]" />
            </Radio.Root>
            <span className="min-w-0">
              <span className="block text-label leading-5">{label}</span>
              <span className="block text-small text-muted">{hint}</span>
            </span>
          </label>
        ))}
      </RadioGroup>
      {allow !== null && (
        <HostList
          hosts={allow}
          onChange={(next) => {
            setHosts(next)
            onChange(next)
          }}
        />
      )}
      {allow?.length === 0 && (
        <Notice tone="waiting" title="No host is listed">
          {words.none}
        </Notice>
      )}
    </div>
  )
}
