import { Plus } from 'lucide-react'
import { useRef } from 'react'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import type { ScheduleRule } from '#shared/schedule/schedule.ts'
import { Button } from '../../../ui/button.tsx'
import { Field, groupProps } from '../../../ui/field.tsx'
import type { ControlProps } from '../form/control-props.ts'
import { NextTimes } from './next-times.tsx'
import { RuleCard } from './rule-card.tsx'
import { ownTimeZone } from './time-zones.ts'

/** When a flow starts by the clock: any number of rules, and the times that follow from them. */
export function ScheduleControl({ field, words, value, onChange, disabled }: ControlProps) {
  const rules = rulesOf(value)
  const list = useRef<HTMLDivElement>(null)
  const param = field.path.join('.')
  // What is wrong with a rule stands at the rule.
  const error = rules.length === 0 ? words.error : undefined
  return (
    <div className="flex flex-col gap-4">
      <Field {...words} hint={rules.length > 1 ? words.hint : undefined} error={error}>
        {(control) => (
          <div {...groupProps(control)} ref={list} className="flex flex-col gap-3">
            {rules.map((rule, index) => (
              <RuleCard
                // oxlint-disable-next-line react/no-array-index-key -- two rules may be equal, and a rule is what is being typed here
                key={index}
                rule={rule}
                param={`${param}.${index}`}
                onChange={(next) => onChange(rules.with(index, next))}
                onRemove={rules.length > 1 ? () => onChange(rules.toSpliced(index, 1)) : undefined}
                disabled={disabled}
              />
            ))}
            {!disabled && (
              <Button
                variant="secondary"
                size="small"
                className="self-start"
                icon={<Plus size={15} />}
                onClick={() => {
                  onChange([...rules, { cron: '0 9 * * *', timezone: rules.at(-1)?.timezone ?? ownTimeZone }])
                  requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('fieldset:last-of-type button')?.focus())
                }}
              >
                Add more times
              </Button>
            )}
          </div>
        )}
      </Field>
      <NextTimes rules={rules} />
    </div>
  )
}

/** What stands there may have been written by hand; what is missing is filled in as the server does. */
function rulesOf(value: Json | undefined): ScheduleRule[] {
  const items = Array.isArray(value) ? value.filter(isJsonObject) : []
  return items.map(({ cron, timezone }) => ({
    cron: typeof cron === 'string' ? cron : '',
    timezone: typeof timezone === 'string' ? timezone : 'UTC',
  }))
}
