import { clsx } from 'clsx'
import { Braces, SquareFunction, TriangleAlert } from 'lucide-react'
import { nameOf } from '#shared/flow-names.ts'
import type { ParamSchema } from '#shared/manifest.ts'
import { TypeIcon } from '../type-icon.tsx'
import { findNode } from '../../document-index.ts'
import { useEditor } from '../../store.ts'
import { fieldLabels } from '../data/field-labels.ts'
import { fieldWords, type PathKey, pillName } from '../data/path-expression.ts'
import { promisedBy } from '../data/promised-by.ts'
import { shortText, shortValue } from '../data/value-words.ts'
import { useSampleValue, useSourceId, useStepId, useUpstream } from '../step-in-focus.ts'
import type { Hole } from './template-segments.ts'

const shape =
  'edge inline-flex h-6 max-w-full cursor-pointer items-center gap-1 rounded-full border pr-2 pl-1.5 align-bottom text-small whitespace-nowrap ' +
  'in-data-selected:border-accent in-data-selected:shadow-[0_0_0_1px_var(--color-accent)]'

/** A value from an earlier step, or a formula, inside a field. */
export function Pill({ hole }: { hole: Hole }) {
  return hole.kind === 'pill' ? <DataPill hole={hole} /> : <FormulaPill hole={hole} />
}

function DataPill({ hole }: { hole: Extract<Hole, { kind: 'pill' }> }) {
  const { path, fallback } = hole
  const sourceId = useSourceId(path)
  const source = useEditor((state) => findNode(state.document, sourceId))
  const isEarlier = useUpstream().has(sourceId ?? '')
  const isOwn = useStepId() === sourceId
  const { known, value } = useSampleValue(path)
  // Data that comes from no step, such as the time of the run, is always there.
  const isFromStep = path.root === 'steps' || path.root === 'trigger'
  const problem =
    !isFromStep || isEarlier || (isOwn && path.root === 'trigger')
      ? undefined
      : source === undefined
        ? 'This step is gone'
        : 'No longer runs before this'
  const type = useEditor((state) => state.catalog.get(source?.type ?? ''))
  const field = lastField(path.keys, source === undefined ? undefined : promisedBy(source, type))
  const name = source === undefined ? (path.step ?? path.root) : nameOf(source)
  const isMissing = problem === undefined && known && value === undefined && fallback === undefined
  const hasValue = problem === undefined && known && value !== undefined
  const isAmber = problem !== undefined || isMissing
  return (
    <span
      data-pill={pillName(name, path.keys)}
      title={
        problem ?? (isMissing ? `${field} was not in this sample` : [name, fieldWords(path.keys)].filter(Boolean).join(' ▸ '))
      }
      className={clsx(
        shape,
        isAmber ? 'border-dashed border-stale bg-stale-soft text-stale' : 'border-transparent bg-accent-soft text-ink',
      )}
    >
      {isAmber ? (
        <TriangleAlert size={14} aria-hidden className="shrink-0" />
      ) : source === undefined ? (
        <Braces size={14} aria-hidden className="shrink-0" />
      ) : (
        <TypeIcon type={source.type} size={14} />
      )}
      <span className="truncate">{name}</span>
      {field !== '' && (
        <>
          <span aria-hidden className={isAmber ? undefined : 'text-muted'}>
            ▸
          </span>
          <b className="font-bold">
            {field}
            {hasValue && ':'}
          </b>
        </>
      )}
      {hasValue && <span className="min-w-0 truncate text-muted">{shortValue(value, 32)}</span>}
      {fallback !== undefined && <span className="min-w-0 truncate pr-0.5 text-muted italic">or {shortText(fallback, 20)}</span>}
      {problem !== undefined && <span className="sr-only">({problem})</span>}
    </span>
  )
}

/** What the last part of the way is called, of an item in a list together with the list. */
function lastField(keys: readonly PathKey[], promised: ParamSchema | undefined): string {
  return fieldLabels(promised, keys)
    .slice(typeof keys.at(-1) === 'number' ? -2 : -1)
    .join(' ▸ ')
}

function FormulaPill({ hole }: { hole: Extract<Hole, { kind: 'formula' }> }) {
  const isBroken = hole.error !== undefined
  return (
    <span
      data-pill="formula"
      title={hole.error ?? hole.source}
      className={clsx(
        shape,
        isBroken ? 'border-dashed border-failed bg-failed-soft text-failed' : 'border-transparent bg-running-soft text-ink',
      )}
    >
      <SquareFunction size={14} aria-hidden className={clsx('shrink-0', !isBroken && 'text-running')} />
      <span className="sr-only">Formula</span>
      <code className="truncate font-mono">{hole.source === '' ? 'empty formula' : shortText(hole.source, 60)}</code>
    </span>
  )
}
