import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { cronOf, cronWords, repetitionOf } from '#shared/schedule/cron-words.ts'
import type { ScheduleRule } from '#shared/schedule/schedule.ts'
import { Combobox } from '../../../ui/combobox.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { Select } from '../../../ui/select.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { useProblem } from '../form/use-params.ts'
import { RepetitionFields } from './repetition-fields.tsx'
import { asKind, repetitionKinds } from './repetition-kinds.ts'
import { timeZoneOptions } from './time-zones.ts'

interface RuleCardProps {
  rule: ScheduleRule
  /** Dotted way to it in the params. */
  param: string
  onChange: (rule: ScheduleRule) => void
  /** Absent for the only rule. */
  onRemove?: (() => void) | undefined
  disabled: boolean
}

/** One rule of a schedule: how often, at what time, and by whose clock. */
export function RuleCard({ rule, param, onChange, onRemove, disabled }: RuleCardProps) {
  // A rule that is written out may pass through simpler ones while it is typed: it stays a text until one chooses.
  const [isWritten, setIsWritten] = useState(false)
  const cronProblem = useProblem(`${param}.cron`)
  const zoneProblem = useProblem(`${param}.timezone`)
  const read = repetitionOf(rule.cron)
  const repetition = isWritten ? { every: 'custom' as const, cron: rule.cron } : read
  const words = cronWords(rule.cron)
  return (
    <fieldset data-param={param} className="flex flex-col gap-3 rounded-card border border-line p-3">
      <legend className="sr-only">{words}</legend>
      <div className="flex items-end gap-2">
        <Select
          label="How often"
          className="flex-1"
          options={repetitionKinds}
          value={repetition.every}
          onChange={(every) => {
            setIsWritten(every === 'custom')
            onChange({ ...rule, cron: cronOf(asKind(read, every, rule.cron)) })
          }}
          disabled={disabled}
        />
        {onRemove !== undefined && !disabled && (
          <IconButton label={`Remove “${words}”`} icon={<Trash2 size={15} />} className="size-8!" onClick={onRemove} />
        )}
      </div>
      {repetition.every === 'custom' ? (
        <TextField
          label="Rule"
          mono
          hint="Minute, hour, day of the month, month, day of the week. Seconds may stand in front."
          error={cronProblem?.message}
          value={rule.cron}
          onChange={(event) => {
            setIsWritten(true)
            onChange({ ...rule, cron: event.target.value })
          }}
          readOnly={disabled}
        />
      ) : (
        <RepetitionFields
          repetition={repetition}
          onChange={(next) => onChange({ ...rule, cron: cronOf(next) })}
          disabled={disabled}
        />
      )}
      <Combobox
        label="Time zone"
        error={zoneProblem?.message}
        options={timeZoneOptions()}
        value={rule.timezone}
        onChange={(timezone) => onChange({ ...rule, timezone })}
        nothing="No time zone is called that. Look for a large city."
        disabled={disabled}
      />
    </fieldset>
  )
}
