import { useMemo } from 'react'
import type { Flow } from '#shared/flow.ts'
import type { Catalog } from '#shared/manifest.ts'
import type { Run, RunStep } from '#shared/run.ts'
import { FlowCanvas } from '../editor/canvas/flow-canvas.tsx'
import { codeStepKey, type InsideStep } from '../editor/code-steps-of.ts'
import { canvasStates, takenEdges } from './canvas-states.ts'
import { codePlaceOf } from './code-place-of.ts'
import { isInCode } from './step-words.ts'

interface RunCanvasProps {
  run: Run
  steps: readonly RunStep[]
  document: Flow
  catalog: Catalog
  selected: string | undefined
  onSelect: (path: string | undefined) => void
}

/** The flow as it was when the run started, with what happened on each step and line. */
export function RunCanvas({ run, steps, document, catalog, selected, onSelect }: RunCanvasProps) {
  const states = useMemo(() => canvasStates(document, run, steps), [document, run, steps])
  const taken = useMemo(() => takenEdges(document, run, steps), [document, run, steps])
  const pathOf = (nodeId: string | undefined) => steps.findLast((step) => step.nodeId === nodeId && !isInCode(step.path))?.path
  const chosen = steps.find((step) => step.path === selected)
  const place = chosen && codePlaceOf(document, chosen)
  const selectInside = (nodeId: string, wanted: InsideStep | undefined) => {
    const done = steps.filter((step) => step.nodeId === nodeId && wanted !== undefined && codePlaceOf(document, step) === wanted)
    // What went wrong is what one looks for; else what was done last.
    const found = done.findLast((step) => step.status === 'failed') ?? done.at(-1)
    onSelect(found?.path ?? pathOf(nodeId))
  }
  return (
    <section aria-label="Canvas" className="relative min-h-0 flex-1">
      <FlowCanvas
        document={document}
        catalog={catalog}
        states={states}
        taken={taken}
        selected={chosen?.nodeId}
        selectedInside={place && codeStepKey(place)}
        onSelect={(nodeId) => onSelect(pathOf(nodeId))}
        onSelectInside={selectInside}
      />
    </section>
  )
}
