import { useMemo } from 'react'
import type { Flow } from '#shared/flow.ts'
import type { Catalog } from '#shared/manifest.ts'
import type { Run, RunStep } from '#shared/run.ts'
import { FlowCanvas } from '../editor/canvas/flow-canvas.tsx'
import { canvasStates, takenEdges } from './canvas-states.ts'

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
  const states = useMemo(() => canvasStates(run, steps), [run, steps])
  const taken = useMemo(() => takenEdges(document, run, steps), [document, run, steps])
  const pathOf = (nodeId: string | undefined) => steps.findLast((step) => step.nodeId === nodeId)?.path
  const nodeId = steps.find((step) => step.path === selected)?.nodeId
  return (
    <section aria-label="Canvas" className="relative min-h-0 flex-1">
      <FlowCanvas
        document={document}
        catalog={catalog}
        states={states}
        taken={taken}
        selected={nodeId}
        onSelect={(chosen) => onSelect(pathOf(chosen))}
      />
    </section>
  )
}
