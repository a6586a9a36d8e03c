import { useState, type ReactNode } from 'react'
import type { Json } from '#shared/json.ts'
import { TextArea } from '../../../ui/text-area.tsx'

interface RawValueProps {
  label: string
  hideLabel?: boolean
  hint?: ReactNode
  error?: string | undefined
  value: Json | undefined
  onChange: (value: Json | undefined) => void
  disabled: boolean
}

/** Any value as it is stored, for people who write JSON. What can't be read yet stays in the field and is not stored. */
export function RawValue({ label, hideLabel = false, hint, error, value, onChange, disabled }: RawValueProps) {
  const stored = writeJson(value)
  const [edited, setEdited] = useState<{ text: string; of: string }>()
  const text = edited?.of === stored ? edited.text : stored
  const problem = readJson(text).problem

  return (
    <div data-dev>
      <TextArea
        label={label}
        hideLabel={hideLabel}
        mono
        rows={3}
        spellCheck={false}
        value={text}
        hint={hint}
        error={problem ?? error}
        readOnly={disabled}
        onChange={(event) => {
          const next = readJson(event.target.value)
          if (next.problem === undefined) {
            setEdited({ text: event.target.value, of: writeJson(next.value) })
            onChange(next.value)
          } else setEdited({ text: event.target.value, of: stored })
        }}
      />
    </div>
  )
}

function writeJson(value: Json | undefined): string {
  return value === undefined ? '' : JSON.stringify(value, null, 2)
}

function readJson(text: string): { value: Json | undefined; problem?: undefined } | { problem: string } {
  if (text.trim() === '') return { value: undefined }
  try {
    const value: Json = JSON.parse(text)
    return { value }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const place = /line (\d+) column (\d+)/.exec(error.message)
    return {
      problem:
        place === null
          ? 'Not readable yet: something is missing or too much'
          : `Not readable yet: look at line ${place[1]}, character ${place[2]}`,
    }
  }
}
