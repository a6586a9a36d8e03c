import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { useQuery } from '@tanstack/react-query'
import type { SecretSummary } from '#shared/values.ts'
import { flowNamesQuery } from '../api/queries.ts'
import { Checkbox } from '../ui/checkbox.tsx'

type Flows = SecretSummary['flows']

const choices = [
  { value: 'all', label: 'Every flow' },
  { value: 'some', label: 'Only these flows' },
] as const

/** Which flows may use something: every one, or those that are ticked. */
export function FlowChoice({ flows, onChange }: { flows: Flows; onChange: (flows: Flows) => void }) {
  const names = useQuery(flowNamesQuery).data
  const chosen = flows === 'all' ? [] : flows
  // One that is chosen and not among the newest is still there to be taken away.
  const ids = [...new Set([...(names?.keys() ?? []), ...chosen])]
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 text-label">Who may use it</legend>
      <RadioGroup<'all' | 'some'>
        aria-label="Who may use it"
        value={flows === 'all' ? 'all' : 'some'}
        onValueChange={(value) => onChange(value === 'all' ? 'all' : chosen)}
        className="flex flex-col gap-2"
      >
        {choices.map(({ value, label }) => (
          <label key={value} className="flex items-center gap-2.5">
            <Radio.Root
              value={value}
              className="inline-flex size-4.5 shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface transition-colors hover:border-ink data-checked:border-accent data-checked:bg-accent"
            >
              <Radio.Indicator className="size-1.5 rounded-full bg-on-accent" />
            </Radio.Root>
            <span className="text-label">{label}</span>
          </label>
        ))}
      </RadioGroup>
      {flows !== 'all' && (
        <div className="flex max-h-44 flex-col gap-2 overflow-y-auto rounded-field border border-line bg-surface p-3">
          {ids.length === 0 && <p className="text-small text-muted">There are no flows yet.</p>}
          {ids.map((id) => (
            <Checkbox
              key={id}
              label={names?.get(id) ?? id}
              checked={flows.includes(id)}
              onChange={(isOn) => onChange(isOn ? [...flows, id] : flows.filter((one) => one !== id))}
            />
          ))}
        </div>
      )}
    </fieldset>
  )
}
