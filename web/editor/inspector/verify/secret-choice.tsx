import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { secretsQuery } from '../../../api/queries.ts'
import type { FieldWords } from '../../../ui/field.tsx'
import { Select } from '../../../ui/select.tsx'
import { SecretDialog } from '../../../values/secret-dialog.tsx'
import { useEditor } from '../../store.ts'

interface SecretChoiceProps extends FieldWords {
  /** The name of the chosen one; empty while there is none. */
  value: string
  onChange: (name: string) => void
  /** One that is chosen elsewhere already. */
  except?: string | undefined
  suggestedName: string
  /** It checks who calls and is never sent anywhere. */
  isForChecking?: boolean
  /** What comes of a secret that isn't there, as a sentence goes on with it. */
  without?: string
  /** Words for choosing none; without them one must be chosen. */
  none?: string
  disabled: boolean
}

// No secret can be called that.
const another = ' another'
const noSecret = ' none'

/** One of the workspace's secrets by name, or a new one that is added on the spot. */
export function SecretChoice({
  value,
  onChange,
  except,
  suggestedName,
  isForChecking = false,
  without = 'every request is refused',
  none,
  disabled,
  error,
  ...words
}: SecretChoiceProps) {
  const secrets = useQuery(secretsQuery).data
  const flowId = useEditor((state) => state.flow.id)
  const [isAdding, setIsAdding] = useState(false)
  const options: { value: string; label: string; detail?: string }[] = (secrets ?? [])
    .filter(({ name }) => name !== except)
    .map(({ name, flows }) => ({
      value: name,
      label: name,
      ...(flows === 'all' || flows.includes(flowId) ? {} : { detail: 'Not for this flow yet' }),
    }))
  const chosen = options.find((option) => option.value === value)
  const problem =
    value === '' || secrets === undefined
      ? undefined
      : chosen === undefined
        ? `There is no such secret: ${without} until it is added.`
        : chosen.detail !== undefined
          ? `This flow may not use it: ${without} until it may. See Values.`
          : undefined
  // One that is gone, or not known yet, is shown all the same.
  if (value !== '' && chosen === undefined) options.unshift({ value, label: value })
  if (none !== undefined) options.unshift({ value: noSecret, label: none })
  return (
    <>
      <Select
        {...words}
        error={error ?? problem}
        options={[...options, { value: another, label: 'Add a secret…', icon: <Plus size={15} aria-hidden /> }]}
        value={value !== '' ? value : none === undefined ? null : noSecret}
        placeholder="Choose a secret"
        onChange={(next) => (next === another ? setIsAdding(true) : onChange(next === noSecret ? '' : next))}
        disabled={disabled}
      />
      {isAdding && (
        <SecretDialog
          isForChecking={isForChecking}
          suggestedName={freeName(suggestedName, secrets?.map(({ name }) => name) ?? [])}
          onClose={() => setIsAdding(false)}
          onSaved={onChange}
        />
      )}
    </>
  )
}

function freeName(name: string, taken: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`
    if (!taken.includes(candidate)) return candidate
  }
}
