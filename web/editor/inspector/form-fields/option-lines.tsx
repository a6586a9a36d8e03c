import { useState } from 'react'
import { TextArea } from '../../../ui/text-area.tsx'

interface OptionLinesProps {
  options: readonly string[]
  disabled: boolean
  onChange: (options: string[]) => void
}

/** What there is to choose from, one a line. */
export function OptionLines({ options, disabled, onChange }: OptionLinesProps) {
  // What is typed may have an empty line in it that is about to be filled.
  const [typed, setTyped] = useState(options.join('\n'))
  const text = sameLines(linesOf(typed), options) ? typed : options.join('\n')
  return (
    <TextArea
      label="Choices"
      hint="One a line."
      rows={3}
      value={text}
      disabled={disabled}
      onChange={(event) => {
        setTyped(event.target.value)
        onChange(linesOf(event.target.value))
      }}
    />
  )
}

function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim())
  return [...new Set(lines.filter((line) => line !== ''))]
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index])
}
