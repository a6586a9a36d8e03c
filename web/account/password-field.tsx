import { Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '../ui/icon-button.tsx'
import { controlClass, Field } from '../ui/field.tsx'

interface PasswordFieldProps {
  value: string
  onChange: (value: string) => void
  /** Whether it is being chosen or asked for: tells password managers which. */
  isNew?: boolean | undefined
  hint?: string | undefined
  error?: string | undefined
}

export function PasswordField({ value, onChange, isNew = false, hint, error }: PasswordFieldProps) {
  const [isShown, setShown] = useState(false)
  return (
    <Field label="Password" hint={hint} error={error} required>
      {(control) => (
        <span className="relative">
          <input
            {...control}
            type={isShown ? 'text' : 'password'}
            name="password"
            autoComplete={isNew ? 'new-password' : 'current-password'}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            className={`${controlClass} h-10 pr-10`}
          />
          <IconButton
            label={isShown ? 'Hide the password' : 'Show the password'}
            icon={isShown ? <EyeOff size={16} aria-hidden /> : <Eye size={16} aria-hidden />}
            onClick={() => setShown(!isShown)}
            className="absolute top-1 right-1"
          />
        </span>
      )}
    </Field>
  )
}
