import { SquareFunction } from 'lucide-react'
import { useState } from 'react'
import { controlClass, Field } from '../../../ui/field.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { TemplateField } from '../template/template-field.tsx'
import type { ControlProps } from './control-props.ts'
import { instantFromLocal, localFromInstant } from './local-time.ts'

/** A moment: chosen in one's own time zone and stored as an instant, or taken from data. */
export function DateTimeControl({ field, words, value, onChange, disabled }: ControlProps) {
  const [isFormula, setIsFormula] = useState(false)
  const text = typeof value === 'string' ? value : ''
  const local = localFromInstant(text)
  if (isFormula || (text !== '' && local === undefined)) {
    return (
      <Field {...words}>
        {(control) => (
          <TemplateField
            control={control}
            label={field.label}
            dropName={field.path.join('.')}
            value={text}
            onChange={(next) => {
              if (next === '') setIsFormula(false)
              onChange(next === '' ? undefined : next)
            }}
            disabled={disabled}
          />
        )}
      </Field>
    )
  }
  return (
    <Field {...words} hint={words.hint ?? `In your time zone, ${Intl.DateTimeFormat().resolvedOptions().timeZone}`}>
      {(control) => (
        <div data-drop={field.path.join('.')} className="flex gap-2">
          <input
            {...control}
            type="datetime-local"
            value={local ?? ''}
            disabled={disabled}
            onChange={(event) => onChange(instantFromLocal(event.target.value))}
            className={`${controlClass} h-8`}
          />
          {field.expression && !disabled && (
            <IconButton
              label={`Take ${field.label} from data`}
              icon={<SquareFunction size={16} />}
              onClick={() => setIsFormula(true)}
            />
          )}
        </div>
      )}
    </Field>
  )
}
