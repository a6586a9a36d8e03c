import { clsx } from 'clsx'
import { evenHours, evenSteps, type Repetition, type Weekday, weekdayNames, weekdays } from '#shared/schedule/cron-words.ts'
import { Field, groupProps } from '../../../ui/field.tsx'
import { Select } from '../../../ui/select.tsx'
import { TextField } from '../../../ui/text-field.tsx'

interface Props<R extends Repetition = Repetition> {
  repetition: R
  onChange: (next: Repetition) => void
  disabled: boolean
}

/** What remains to be said once one has chosen how often. */
export function RepetitionFields({ repetition, onChange, disabled }: Props) {
  switch (repetition.every) {
    case 'seconds':
    case 'minutes':
      return (
        <CountSelect
          label={repetition.every === 'seconds' ? 'Seconds between two times' : 'Minutes between two times'}
          counts={evenSteps}
          value={repetition.count}
          onChange={(count) => onChange({ ...repetition, count })}
          disabled={disabled}
        />
      )
    case 'hours':
      return (
        <div className="grid grid-cols-2 gap-3">
          <CountSelect
            label="Hours between two times"
            counts={evenHours}
            value={repetition.count}
            onChange={(count) => onChange({ ...repetition, count })}
            disabled={disabled}
          />
          <CountSelect
            label="Minutes past the hour"
            counts={Array.from({ length: 60 }, (_, minute) => minute)}
            value={repetition.minute}
            onChange={(minute) => onChange({ ...repetition, minute })}
            disabled={disabled}
          />
        </div>
      )
    case 'day':
    case 'weekday':
      return <TimeField at={repetition.at} onChange={(at) => onChange({ ...repetition, at })} disabled={disabled} />
    case 'week':
      return (
        <>
          <DayButtons days={repetition.days} onChange={(days) => onChange({ ...repetition, days })} disabled={disabled} />
          <TimeField at={repetition.at} onChange={(at) => onChange({ ...repetition, at })} disabled={disabled} />
        </>
      )
    case 'month':
      return (
        <div className="grid grid-cols-2 gap-3">
          <Select
            label="Day of the month"
            hint={typeof repetition.day === 'number' && repetition.day > 28 ? 'Months without this day are left out' : undefined}
            options={monthDays}
            value={String(repetition.day)}
            onChange={(day) => onChange({ ...repetition, day: day === 'last' ? day : Number(day) })}
            disabled={disabled}
          />
          <TimeField at={repetition.at} onChange={(at) => onChange({ ...repetition, at })} disabled={disabled} />
        </div>
      )
    case 'custom':
      return null
  }
}

const monthDays = [
  ...Array.from({ length: 31 }, (_, n) => ({ value: String(n + 1), label: String(n + 1) })),
  { value: 'last', label: 'The last day' },
]

function CountSelect({
  counts,
  value,
  onChange,
  ...rest
}: {
  label: string
  counts: readonly number[]
  value: number
  onChange: (count: number) => void
  disabled: boolean
}) {
  return (
    <Select
      {...rest}
      options={counts.map((count) => ({ value: String(count), label: String(count) }))}
      value={String(value)}
      onChange={(next) => onChange(Number(next))}
    />
  )
}

function TimeField({ at, onChange, disabled }: { at: string; onChange: (at: string) => void; disabled: boolean }) {
  return (
    <TextField
      label="Time"
      type="time"
      value={at.padStart(5, '0')}
      // A time that is half typed is no time, and changes nothing.
      onChange={(event) => event.target.value !== '' && onChange(event.target.value.replace(/^0/, ''))}
      readOnly={disabled}
    />
  )
}

function DayButtons({
  days,
  onChange,
  disabled,
}: {
  days: readonly Weekday[]
  onChange: (days: Weekday[]) => void
  disabled: boolean
}) {
  return (
    <Field label="Days">
      {(control) => (
        <div {...groupProps(control)} className="flex flex-wrap gap-1.5">
          {weekdays.map((day) => {
            const isChosen = days.includes(day)
            return (
              <button
                key={day}
                type="button"
                aria-pressed={isChosen}
                aria-label={weekdayNames[day]}
                // One day has to stay.
                disabled={disabled || (isChosen && days.length === 1)}
                onClick={() => onChange(weekdays.filter((one) => (one === day ? !isChosen : days.includes(one))))}
                className={clsx(
                  'h-7 rounded-full border px-2.5 text-label transition-colors',
                  isChosen
                    ? 'border-accent bg-accent-soft text-accent'
                    : 'border-line-strong text-muted hover:not-disabled:border-ink hover:not-disabled:text-ink',
                )}
              >
                {weekdayNames[day]?.slice(0, 3)}
              </button>
            )
          })}
        </div>
      )}
    </Field>
  )
}
