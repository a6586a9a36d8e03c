import { Select } from '../../../ui/select.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import type { OwnFieldsProps } from './signature-fields.tsx'
import { textIn, withField } from './verify-model.ts'

const ways = [
  { value: 'address', label: 'With keys that are published at an address' },
  { value: 'secret', label: 'With a secret, or a public key I have' },
] as const

/** How a signed token is made, for whom and by whom. */
export function TokenFields({ verify, errorOf, onChange, disabled }: OwnFieldsProps) {
  const { fields } = verify
  const isByAddress = fields['jwksUrl'] !== undefined
  const set = (name: string, text: string) => onChange(withField(verify, name, text === '' ? undefined : text))
  return (
    <>
      <Select
        label="How it is signed"
        options={ways}
        value={isByAddress ? 'address' : 'secret'}
        onChange={(way) =>
          onChange(
            way === 'address'
              ? withField(withField(verify, 'secret', undefined), 'jwksUrl', '')
              : withField(verify, 'jwksUrl', undefined),
          )
        }
        disabled={disabled}
      />
      {isByAddress && (
        <TextField
          label="Address of the keys"
          hint="Often it ends in jwks.json. New keys count at once, and old ones no longer after ten minutes."
          required
          mono
          placeholder="https://login.example.com/.well-known/jwks.json"
          error={errorOf('jwksUrl')}
          value={textIn(fields['jwksUrl'])}
          onChange={(event) => onChange(withField(verify, 'jwksUrl', event.target.value))}
          readOnly={disabled}
        />
      )}
      <TextField
        label="For whom it must be (audience)"
        hint="Recommended: a token that is meant for somebody else is then refused."
        mono
        error={errorOf('audience')}
        value={textIn(fields['audience'])}
        onChange={(event) => set('audience', event.target.value)}
        readOnly={disabled}
      />
      <TextField
        label="From whom it must be (issuer)"
        mono
        error={errorOf('issuer')}
        value={textIn(fields['issuer'])}
        onChange={(event) => set('issuer', event.target.value)}
        readOnly={disabled}
      />
    </>
  )
}
