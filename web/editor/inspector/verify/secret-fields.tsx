import { X } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../../ui/button.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { SecretChoice } from './secret-choice.tsx'
import { type DrawnVerify, secretsIn, withSecrets } from './verify-model.ts'

interface SecretFieldsProps {
  verify: DrawnVerify
  label: string
  suggestedName: string
  error: string | undefined
  onChange: (verify: DrawnVerify) => void
  disabled: boolean
}

/** The secret a check is made with, and a second one that counts as well while the sender changes over. */
export function SecretFields({ verify, label, suggestedName, error, onChange, disabled }: SecretFieldsProps) {
  const { first, second } = secretsIn(verify)
  const [wantsSecond, setWantsSecond] = useState(false)
  const isSecondShown = second !== undefined || (wantsSecond && first !== '')
  return (
    <div className="flex flex-col gap-3">
      <SecretChoice
        label={label}
        required
        error={error === undefined || first !== '' ? error : 'Choose a secret, or add one. Until then every request is refused.'}
        value={first}
        except={second}
        onChange={(name) => onChange(withSecrets(verify, name, second))}
        isForChecking
        {...{ suggestedName, disabled }}
      />
      {isSecondShown ? (
        <div className="flex items-end gap-1.5">
          <SecretChoice
            className="flex-1"
            label="Also accept"
            value={second ?? ''}
            except={first}
            onChange={(name) => onChange(withSecrets(verify, first, name))}
            isForChecking
            {...{ suggestedName, disabled }}
          />
          {!disabled && (
            <IconButton
              label="Accept only the first"
              icon={<X size={15} />}
              className="size-8!"
              onClick={() => {
                setWantsSecond(false)
                if (second !== undefined) onChange(withSecrets(verify, first, undefined))
              }}
            />
          )}
        </div>
      ) : (
        first !== '' &&
        !disabled && (
          <Button variant="quiet" size="small" className="-ml-2 self-start text-accent!" onClick={() => setWantsSecond(true)}>
            Change it: accept a second one for a while
          </Button>
        )
      )}
      {isSecondShown && (
        <p className="text-small text-muted">
          Either counts. Give the sender the new one, see that its requests still come in, then take the old one out.
        </p>
      )}
    </div>
  )
}
