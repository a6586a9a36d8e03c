import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import type { ParamSchema } from '#shared/manifest.ts'
import { clsx } from 'clsx'
import { routeUrl } from '../api/client.ts'
import { fieldName } from '../editor/inspector/data/field-name.ts'
import { FieldNameText } from '../editor/inspector/data/field-name-text.tsx'
import type { PathKey } from '../editor/inspector/data/path-expression.ts'
import { EmptyState } from '../ui/empty-state.tsx'

type Way = 'fields' | 'raw'
const shownEntries = 50
const shownText = 10_000

/** A value as fields one can fold, or as the raw text. Large ones are cut, never whole on screen at once. */
export function ValueView({
  value,
  empty,
  promised,
}: {
  value: Json | undefined
  empty: string
  /** What its fields are called, where somebody said so. */
  promised?: ParamSchema | undefined
}) {
  const [way, setWay] = useState<Way>('fields')
  if (value === undefined || value === null || (isJsonObject(value) && Object.keys(value).length === 0)) {
    return <EmptyState size="panel" title="Nothing here" text={empty} />
  }
  return (
    <div className="flex flex-col gap-2">
      <div role="group" aria-label="Show as" className="flex self-end rounded-field border border-line p-0.5">
        {(['fields', 'raw'] as const).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={way === each}
            onClick={() => setWay(each)}
            className={clsx(
              'h-6 rounded-[4px] px-2 text-small capitalize',
              way === each ? 'bg-accent-soft text-accent' : 'text-muted hover:text-ink',
            )}
          >
            {each}
          </button>
        ))}
      </div>
      {way === 'raw' ? (
        <LongText text={JSON.stringify(value, null, 2)} className="rounded-field bg-sunken p-3" />
      ) : isContainer(value) ? (
        <Entries value={value} promised={promised} keys={[]} />
      ) : (
        <LongText text={String(value)} className="rounded-field bg-sunken p-3" />
      )}
    </div>
  )
}

function isContainer(value: Json): value is Json[] | { [key: string]: Json } {
  return typeof value === 'object' && value !== null
}

/** A file in data: its name leads to what is in it. */
function fileIn(value: Json[] | { [key: string]: Json }): { id: string; name: string } | undefined {
  if (Array.isArray(value)) return undefined
  const { $file: id, name } = value
  return typeof id === 'string' && id.startsWith('file_')
    ? { id, name: typeof name === 'string' && name !== '' ? name : 'File' }
    : undefined
}

interface EntriesProps {
  value: Json[] | { [key: string]: Json }
  promised: ParamSchema | undefined
  keys: readonly PathKey[]
}

function Entries({ value, promised, keys: way }: EntriesProps) {
  const [shown, setShown] = useState(shownEntries)
  const file = fileIn(value)
  const isList = Array.isArray(value)
  const keys = Object.keys(value)
  if (file !== undefined) {
    return (
      <a href={routeUrl('getFile', { id: file.id })} download className="text-accent underline">
        {file.name}
      </a>
    )
  }
  return (
    <ul className={clsx('min-w-0', way.length > 0 && 'ml-2 border-l border-line pl-3')}>
      {keys.slice(0, shown).map((key) => (
        <Entry
          key={key}
          value={isList ? value[Number(key)] : value[key]}
          promised={promised}
          keys={[...way, isList ? Number(key) : key]}
        />
      ))}
      {keys.length > shown && (
        <li>
          <button type="button" onClick={() => setShown(shown + 200)} className="py-1 text-small text-accent hover:underline">
            Show {Math.min(200, keys.length - shown)} more of {keys.length}
          </button>
        </li>
      )}
    </ul>
  )
}

interface EntryProps extends Omit<EntriesProps, 'value'> {
  value: Json | undefined
}

function Entry({ value = null, promised, keys }: EntryProps) {
  const canOpen = isContainer(value) && Object.keys(value).length > 0
  const [isOpen, setOpen] = useState(keys.length === 1 && canOpen && keys[0] !== 'headers' && Object.keys(value).length <= 12)
  if (!canOpen) {
    return (
      <li className="flex min-w-0 gap-3 py-0.5 pl-5">
        <span className="flex max-w-1/2 shrink-0 flex-wrap items-baseline gap-x-1.5">
          <FieldNameText name={fieldName(promised, keys)} className="min-w-0 text-label leading-5 break-words text-muted" />
        </span>
        <span className="min-w-0 flex-1 text-label leading-5 font-normal">
          <Leaf value={value} />
        </span>
      </li>
    )
  }
  const count = Object.keys(value).length
  return (
    <li className="min-w-0">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex w-full items-center gap-1.5 rounded-[4px] py-0.5 text-left hover:bg-hover"
      >
        <ChevronRight size={16} aria-hidden className={clsx('shrink-0 text-muted transition-transform', isOpen && 'rotate-90')} />
        <FieldNameText name={fieldName(promised, keys)} className="min-w-0 truncate text-label text-muted" />
        <span className="shrink-0 text-small text-faint">{sizeText(value, count)}</span>
      </button>
      {isOpen && <Entries value={value} promised={promised} keys={keys} />}
    </li>
  )
}

function sizeText(value: Json[] | { [key: string]: Json }, count: number): string {
  if (Array.isArray(value)) return count === 1 ? '1 item' : `${count} items`
  return count === 1 ? '1 field' : `${count} fields`
}

function Leaf({ value }: { value: Json }) {
  if (value === null) return <span className="text-faint">empty</span>
  if (typeof value === 'boolean') return <span>{value ? 'yes' : 'no'}</span>
  if (isContainer(value)) return <span className="text-faint">{Array.isArray(value) ? 'empty list' : 'no fields'}</span>
  if (value === '') return <span className="text-faint">empty text</span>
  return <LongText text={String(value)} />
}

function LongText({ text, className }: { text: string; className?: string }) {
  const [isWhole, setWhole] = useState(false)
  const isCut = !isWhole && text.length > shownText
  return (
    <>
      <pre className={clsx('font-mono text-code break-words whitespace-pre-wrap', className)}>
        {isCut ? `${text.slice(0, shownText)}…` : text}
      </pre>
      {isCut && (
        <button type="button" onClick={() => setWhole(true)} className="py-1 text-small text-accent hover:underline">
          Show all {Math.round(text.length / 1000).toLocaleString('en')} KB
        </button>
      )}
    </>
  )
}
