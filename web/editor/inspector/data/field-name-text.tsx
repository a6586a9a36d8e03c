import { clsx } from 'clsx'
import type { FieldName } from './field-name.ts'

/** What a field is called, with the name that code knows it by small beside it. */
export function FieldNameText({ name: { label, ownName }, className }: { name: FieldName; className?: string }) {
  return (
    <>
      <span className={className}>{label}</span>
      {ownName !== undefined && (
        <span data-dev className={clsx('min-w-0 shrink-4 truncate font-mono text-mini text-faint')} title={ownName}>
          {ownName}
        </span>
      )}
    </>
  )
}
