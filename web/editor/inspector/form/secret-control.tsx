import { SecretChoice } from '../verify/secret-choice.tsx'
import type { ControlProps } from './control-props.ts'

/** A secret of the workspace, by name, or none. */
export function SecretControl({ words, value, onChange, disabled }: ControlProps) {
  return (
    <SecretChoice
      {...words}
      value={typeof value === 'string' ? value : ''}
      onChange={(name) => onChange(name === '' ? undefined : name)}
      suggestedName="sign-in"
      without="it can’t sign in"
      none="No sign-in"
      disabled={disabled}
    />
  )
}
