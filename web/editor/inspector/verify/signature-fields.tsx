import { Select } from '../../../ui/select.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { textOf } from '../form/entry-rows.ts'
import { numberOrText } from '../form/text-control.tsx'
import { type DrawnVerify, textIn, withField } from './verify-model.ts'

export interface OwnFieldsProps {
  verify: DrawnVerify
  /** What is wrong with one of its fields. */
  errorOf: (field: string) => string | undefined
  onChange: (verify: DrawnVerify) => void
  disabled: boolean
}

const usualTolerance = 300
const algorithms = [
  { value: 'sha256', label: 'SHA-256, the usual one' },
  { value: 'sha512', label: 'SHA-512' },
  { value: 'sha384', label: 'SHA-384' },
  { value: 'sha1', label: 'SHA-1, which is old' },
]
const encodings = [
  { value: 'hex', label: 'Hexadecimal: 0–9 and a–f' },
  { value: 'base64', label: 'Base64: letters, digits, + and /' },
]

/** How a sender that is none of the known ones signs. */
export function SignatureFields({ verify, errorOf, onChange, disabled }: OwnFieldsProps) {
  const { fields } = verify
  const set = (name: string, text: string) => onChange(withField(verify, name, text === '' ? undefined : text))
  const algorithm = textIn(fields['algorithm'])
  const isTimed = textIn(fields['timestampHeader']) !== ''
  return (
    <>
      <TextField
        label="Header with the signature"
        required
        mono
        error={errorOf('header')}
        value={textIn(fields['header'])}
        onChange={(event) => onChange(withField(verify, 'header', event.target.value))}
        readOnly={disabled}
      />
      <div className="grid grid-cols-1 gap-3 @sm:grid-cols-2">
        <Select
          label="Algorithm"
          error={errorOf('algorithm')}
          options={algorithms}
          // However it is written, it is the same one.
          value={algorithms.find(({ value }) => value === algorithm.toLowerCase().replace('-', ''))?.value ?? null}
          placeholder={algorithm === '' ? undefined : algorithm}
          onChange={(next) => set('algorithm', next)}
          disabled={disabled}
        />
        <Select
          label="Written as"
          error={errorOf('encoding')}
          options={encodings}
          value={encodings.find(({ value }) => value === fields['encoding'])?.value ?? null}
          placeholder={textIn(fields['encoding']) || undefined}
          onChange={(next) => set('encoding', next)}
          disabled={disabled}
        />
      </div>
      <TextField
        label="What stands before it"
        hint="Nothing, if the header holds the signature alone."
        mono
        placeholder="sha256="
        error={errorOf('prefix')}
        value={textIn(fields['prefix'])}
        onChange={(event) => set('prefix', event.target.value)}
        readOnly={disabled}
      />
      <TextField
        label="Header with the time"
        hint="If the sender signs the time too: old requests are then refused. Time and body are signed together."
        mono
        placeholder="X-Timestamp"
        error={errorOf('timestampHeader')}
        value={textIn(fields['timestampHeader'])}
        onChange={(event) => set('timestampHeader', event.target.value)}
        readOnly={disabled}
      />
      {(isTimed || fields['toleranceSeconds'] !== undefined) && (
        <TextField
          label="Refuse what is older than (seconds)"
          inputMode="decimal"
          placeholder={String(usualTolerance)}
          error={errorOf('toleranceSeconds')}
          value={textOf(fields['toleranceSeconds'])}
          onChange={(event) => {
            const next = numberOrText(event.target.value)
            // Half-typed text is no number: it is not kept.
            if (next === undefined || typeof next === 'number') onChange(withField(verify, 'toleranceSeconds', next))
          }}
          readOnly={disabled}
        />
      )}
    </>
  )
}
