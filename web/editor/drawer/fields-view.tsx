import { ChevronRight, GripVertical } from 'lucide-react'
import { useId, useState } from 'react'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import type { ParamSchema } from '#shared/manifest.ts'
import { Button } from '../../ui/button.tsx'
import { fieldName } from '../inspector/data/field-name.ts'
import { FieldNameText } from '../inspector/data/field-name-text.tsx'
import type { DataPath, PathKey } from '../inspector/data/path-expression.ts'
import { bodyFirst } from '../inspector/data/sample-entries.ts'
import { shortValue, typeWord } from '../inspector/data/value-words.ts'
import { dragHole } from './drag-hole.ts'

const pageSize = 100

interface FieldsViewProps {
  value: Json
  path?: DataPath | undefined
  /** What the step says it gives: what its fields are called. */
  promised?: ParamSchema | undefined
}

/** A value as a tree: each field with its kind and value, groups and lists to be opened. */
export function FieldsView({ value, path, promised }: FieldsViewProps) {
  if (typeof value !== 'object' || value === null)
    return <p className="px-3 py-2 text-body break-words">{shortValue(value, 2000)}</p>
  return (
    <div className="py-1">
      <Fields value={value} path={path} promised={promised} keys={[]} />
    </div>
  )
}

function Fields({ value, path, promised, keys }: FieldsViewProps & { keys: PathKey[] }) {
  const [shown, setShown] = useState(pageSize)
  const names: PathKey[] = Array.isArray(value)
    ? value.slice(0, shown).map((_, index) => index)
    : isJsonObject(value)
      ? Object.keys(value).slice(0, shown)
      : []
  const count = Array.isArray(value) ? value.length : isJsonObject(value) ? Object.keys(value).length : 0
  const shownNames = path?.root === 'trigger' && keys.length === 0 ? bodyFirst(names, (name) => name) : names
  return (
    <ul>
      {shownNames.map((name) => (
        <FieldRow key={name} value={childOf(value, name)} path={path} promised={promised} keys={[...keys, name]} />
      ))}
      {count > shown && (
        <li className="px-3 py-1" style={{ paddingLeft: 12 + keys.length * 16 }}>
          <Button size="small" onClick={() => setShown(shown + 500)}>
            Show more of {count}
          </Button>
        </li>
      )}
    </ul>
  )
}

function childOf(value: Json, name: PathKey): Json {
  if (Array.isArray(value)) return typeof name === 'number' ? (value[name] ?? null) : null
  return isJsonObject(value) ? (value[String(name)] ?? null) : null
}

function FieldRow({ value, path, promised, keys }: FieldsViewProps & { keys: PathKey[] }) {
  const hasMore = typeof value === 'object' && value !== null && Object.keys(value).length > 0
  const [isOpen, setIsOpen] = useState(hasMore && opensByItself(value, keys))
  const id = useId()
  const name = fieldName(promised, keys)
  return (
    <li>
      <div
        {...dragHole(path, keys)}
        className="group/row flex min-h-7 items-center gap-2 pr-3 hover:bg-hover"
        style={{ paddingLeft: 8 + (keys.length - 1) * 16 }}
      >
        {path === undefined ? null : (
          <GripVertical
            size={14}
            aria-hidden
            className="shrink-0 cursor-grab text-line-strong opacity-0 group-hover/row:opacity-100"
          />
        )}
        {hasMore ? (
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={id}
            aria-label={`${isOpen ? 'Close' : 'Open'} ${name.label}`}
            onClick={() => setIsOpen(!isOpen)}
            className="flex size-6 shrink-0 items-center justify-center rounded-[4px] text-muted hover:text-ink"
          >
            <ChevronRight size={15} aria-hidden className={isOpen ? 'rotate-90' : undefined} />
          </button>
        ) : (
          <span className="size-6 shrink-0" />
        )}
        <FieldNameText name={name} className="shrink-0 text-label" />
        <span className="shrink-0 text-small text-muted">{typeWord(value)}</span>
        {!(hasMore && isOpen) && (
          <span className="min-w-0 truncate text-body">
            {typeof value === 'string' && value !== '' ? `“${shortValue(value, 300)}”` : shortValue(value, 300)}
          </span>
        )}
      </div>
      {hasMore && (
        <div id={id} hidden={!isOpen}>
          {isOpen && <Fields value={value} path={path} promised={promised} keys={keys} />}
        </div>
      )}
    </li>
  )
}

/** The first level, and small groups below it: what one would open anyway. How a request came in stays folded. */
function opensByItself(value: Json, keys: readonly PathKey[]): boolean {
  if (keys[0] === 'headers' || keys[0] === 'query' || !isJsonObject(value)) return false
  return Object.keys(value).length <= (keys.length === 1 ? 20 : 8) && keys.length <= 3
}
