import { clsx } from 'clsx'
import { Select } from '../../../ui/select.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import type { ControlProps } from '../form/control-props.ts'
import { RawValue } from '../form/raw-value.tsx'
import { useProblems } from '../form/use-params.ts'
import { SecretFields } from './secret-fields.tsx'
import { senderWords } from './sender-words.ts'
import { type OwnFieldsProps, SignatureFields } from './signature-fields.tsx'
import { TokenFields } from './token-fields.tsx'
import { type Preset, presets, readVerify, textIn, withField, withPreset, writeVerify } from './verify-model.ts'

const anyone = 'anyone'
const options: readonly { value: Preset | typeof anyone; label: string }[] = [
  { value: anyone, label: 'Anyone who has the address' },
  ...presets.map((preset) => ({ value: preset, label: senderWords[preset].label })),
]

/** Who may call an address, and how they show that it is them. */
export function VerifyControl({ field, words, value, onChange, disabled }: ControlProps) {
  const param = field.path.join('.')
  const problems = useProblems(param).filter(({ severity }) => severity === 'error')
  const errorOf = (name: string) => problems.find((problem) => problem.param === `${param}.${name}`)?.message
  const verify = readVerify(value)
  if (value !== undefined && verify === undefined)
    return (
      <RawValue
        label={words.label}
        hint="Written by hand, in a way the form here can’t show. Empty it to choose from a list."
        error={words.error}
        {...{ value, onChange, disabled }}
      />
    )
  return (
    <div className="flex flex-col gap-3">
      <Select
        label={words.label}
        hint={verify === undefined ? 'Who learns the address can start this flow, and send what they like.' : undefined}
        error={problems.find((problem) => problem.param === param)?.message}
        options={options}
        value={verify?.preset ?? anyone}
        onChange={(next) => onChange(next === anyone ? undefined : writeVerify(withPreset(verify, next)))}
        disabled={disabled}
      />
      {verify !== undefined && <Details {...{ verify, errorOf, disabled }} onChange={(next) => onChange(writeVerify(next))} />}
    </div>
  )
}

function Details({ verify, errorOf, onChange, disabled }: OwnFieldsProps) {
  const { preset, fields } = verify
  const { label, secret, steps, suggested } = senderWords[preset]
  const own = { verify, errorOf, onChange, disabled }
  return (
    <fieldset className="@container flex flex-col gap-3 rounded-card border border-line p-3">
      <legend className="sr-only">{label}</legend>
      <ol className={clsx('flex flex-col gap-1 text-small text-muted', steps.length > 1 && 'list-decimal pl-4')}>
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {preset === 'hmac' && <SignatureFields {...own} />}
      {preset === 'jwt' && <TokenFields {...own} />}
      {preset === 'header' && <PlainField {...own} name="header" label="Name of the header" placeholder="X-Api-Key" />}
      {preset === 'basic' && <PlainField {...own} name="user" label="User name" />}
      {fields['jwksUrl'] === undefined && (
        <SecretFields {...{ verify, onChange, disabled }} label={secret} suggestedName={suggested} error={errorOf('secret')} />
      )}
    </fieldset>
  )
}

function PlainField({
  verify,
  errorOf,
  onChange,
  disabled,
  name,
  label,
  placeholder,
}: OwnFieldsProps & { name: string; label: string; placeholder?: string }) {
  return (
    <TextField
      label={label}
      required
      mono
      placeholder={placeholder}
      error={errorOf(name)}
      value={textIn(verify.fields[name])}
      onChange={(event) => onChange(withField(verify, name, event.target.value))}
      readOnly={disabled}
    />
  )
}
