import { clsx } from 'clsx'
import type { NodeType } from '#shared/manifest.ts'
import { StepIcon } from '../canvas/step-icon.tsx'
import { useEditor } from '../store.ts'

const familyInk: { [F in NodeType['family']]: string } = {
  start: 'text-family-start',
  app: 'text-family-app',
  logic: 'text-family-logic',
  code: 'text-family-code',
  people: 'text-family-people',
  data: 'text-family-data',
  ai: 'text-family-ai',
}

/** The mark of a step's type in the colour of its family. */
export function TypeIcon({ type, size }: { type: string; size: number }) {
  const known = useEditor((state) => state.catalog.get(type))
  return (
    <span className={clsx('inline-flex shrink-0', known === undefined ? 'text-muted' : familyInk[known.family])}>
      <StepIcon name={known?.icon} size={size} />
    </span>
  )
}
