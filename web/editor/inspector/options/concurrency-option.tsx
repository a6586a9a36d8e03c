import { TextField } from '../../../ui/text-field.tsx'
import { useEditor } from '../../store.ts'
import { numberFromText } from '../form/entry-rows.ts'
import { useSetting } from './use-setting.ts'

/** How many runs may be in this step at the same time. */
export function ConcurrencyOption() {
  const [concurrency, setConcurrency, problem] = useSetting('concurrency')
  const readOnly = useEditor((state) => state.readOnly)
  return (
    <div data-param="settings.concurrency">
      <TextField
        label="At most at once"
        hint="How many runs may be in this step at the same time. Empty: as many as come."
        error={problem}
        inputMode="numeric"
        className="w-60"
        placeholder="No limit"
        value={concurrency === undefined ? '' : String(concurrency.limit)}
        readOnly={readOnly}
        onChange={(event) => {
          const limit = numberFromText(event.target.value)
          if (event.target.value === '') setConcurrency(undefined)
          else if (limit !== undefined) setConcurrency({ ...concurrency, limit })
        }}
      />
    </div>
  )
}
