import { useState } from 'react'
import type { NodeType } from '#shared/manifest.ts'
import { Checkbox } from '../../../ui/checkbox.tsx'
import { Select } from '../../../ui/select.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { useEditor } from '../../store.ts'
import { numberFromText } from '../form/entry-rows.ts'
import { timeWords } from '../data/value-words.ts'
import { MsField } from './ms-field.tsx'
import { retryWaits } from './retry-waits.ts'
import { useSetting } from './use-setting.ts'

const ways = [
  { value: 'stop', label: 'Stop the run', detail: 'It is shown as failed and can go on from here later.' },
  { value: 'continue', label: 'Carry on', detail: 'The next step runs and can see what went wrong.' },
  { value: 'route', label: 'Go another way', detail: 'A line “If it fails” leaves this step.' },
  { value: 'park', label: 'Wait for a person', detail: 'The run waits until somebody says how to go on.' },
] as const

/** What happens when the step fails, and how often it is tried before. */
export function FailureOptions({ type }: { type: NodeType }) {
  const [onError, setOnError, problem] = useSetting('onError')
  const readOnly = useEditor((state) => state.readOnly)
  return (
    <>
      <div data-param="settings.onError">
        <Select
          label="When all tries failed"
          options={ways}
          value={onError ?? 'stop'}
          error={problem}
          onChange={(value) => setOnError(value === 'stop' ? undefined : value)}
          disabled={readOnly}
        />
      </div>
      <Tries type={type} />
    </>
  )
}

function Tries({ type }: { type: NodeType }) {
  const [retry = {}, setRetry, problem] = useSetting('retry')
  const readOnly = useEditor((state) => state.readOnly)
  const [typed, setTyped] = useState<string>()
  const tries = retry.maxAttempts ?? type.settings.maxAttempts

  function change(part: typeof retry): void {
    const next = Object.fromEntries(Object.entries({ ...retry, ...part }).filter(([, value]) => value !== undefined))
    setRetry(Object.keys(next).length === 0 ? undefined : next)
  }

  return (
    <div data-param="settings.retry" className="flex flex-col gap-4">
      <TextField
        label="How many tries"
        hint="1 means it is tried once only."
        error={problem}
        inputMode="numeric"
        className="w-40"
        value={typed ?? String(tries)}
        readOnly={readOnly}
        onChange={(event) => {
          const number = numberFromText(event.target.value)
          setTyped(number === undefined ? event.target.value : undefined)
          if (number !== undefined) change({ maxAttempts: number })
        }}
        onBlur={() => setTyped(undefined)}
      />
      {tries > 1 && (
        <>
          <div className="flex flex-wrap gap-4">
            <MsField
              label="Wait before the second try"
              value={retry.minDelayMs}
              fallback={1000}
              onChange={(minDelayMs) => change({ minDelayMs })}
              disabled={readOnly}
            />
            <MsField
              label="Never wait longer than"
              value={retry.maxDelayMs}
              fallback={60_000}
              onChange={(maxDelayMs) => change({ maxDelayMs })}
              disabled={readOnly}
            />
            <Factor value={retry.factor} onChange={(factor) => change({ factor })} disabled={readOnly} />
          </div>
          <Checkbox
            label="Vary the waits a little"
            hint="So that many runs that failed together don’t all come back at once."
            checked={retry.jitter ?? true}
            onChange={(jitter) => change({ jitter: jitter ? undefined : false })}
            disabled={readOnly}
          />
          <p className="text-small text-muted">
            Waits:{' '}
            {retryWaits({ ...retry, maxAttempts: tries })
              .map(timeWords)
              .join(', ')}
            {tries > 6 ? ', …' : ''}
          </p>
        </>
      )}
    </div>
  )
}

function Factor({
  value,
  onChange,
  disabled,
}: {
  value: number | undefined
  onChange: (value: number | undefined) => void
  disabled: boolean
}) {
  const [typed, setTyped] = useState<string>()
  return (
    <TextField
      label="Multiply each wait by"
      inputMode="decimal"
      className="w-40"
      value={typed ?? String(value ?? 2)}
      readOnly={disabled}
      onChange={(event) => {
        const number = numberFromText(event.target.value)
        setTyped(number === undefined ? event.target.value : undefined)
        if (number !== undefined) onChange(number === 2 ? undefined : number)
      }}
      onBlur={() => setTyped(undefined)}
    />
  )
}
