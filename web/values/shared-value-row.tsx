import type { Variable } from '#shared/values.ts'
import { Button } from '../ui/button.tsx'
import { textFromValue } from './value-kinds.ts'

interface SharedValueRowProps {
  variable: Variable
  onChange: () => void
  onDelete: () => void
}

export function SharedValueRow({ variable: { name, value }, onChange, onDelete }: SharedValueRowProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-3 last:border-b-0">
      <div className="min-w-50 flex-1">
        <p className="font-mono text-code font-medium break-all">{name}</p>
        <p data-dev className="mt-1 line-clamp-2 font-mono text-small break-all text-muted">
          {textFromValue(value)}
        </p>
      </div>
      <div className="flex gap-2">
        <Button size="small" aria-label={`Change ${name}`} onClick={onChange}>
          Change
        </Button>
        <Button size="small" aria-label={`Delete ${name}`} onClick={onDelete}>
          Delete
        </Button>
      </div>
    </li>
  )
}
