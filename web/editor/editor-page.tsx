import { getRouteApi } from '@tanstack/react-router'
import { ReactFlowProvider } from '@xyflow/react'
import { useState } from 'react'
import { PagePending } from '../shell/page-pending.tsx'
import { ProblemState } from '../shell/page-problem.tsx'
import { EditorFrame } from './frame/editor-frame.tsx'
import { useLiveProblems } from './frame/use-live-problems.ts'
import { useOpenFlow } from './frame/use-open-flow.ts'
import { forgetUnsaved } from './save/unsaved-changes.ts'
import { EditorContext } from './store.ts'

const route = getRouteApi('/app/flows/$flow')

/** One flow, open for editing. */
export function EditorPage() {
  const { flow: flowId } = route.useParams()
  const [round, setRound] = useState(0)
  return <OpenFlowPage key={`${flowId} ${round}`} flowId={flowId} onAgain={() => setRound(round + 1)} />
}

function OpenFlowPage({ flowId, onAgain }: { flowId: string; onAgain: () => void }) {
  const opening = useOpenFlow(flowId)
  useLiveProblems(opening.kind === 'open' ? opening.flow.editor : undefined)

  switch (opening.kind) {
    case 'loading':
      return <PagePending />
    case 'problem':
      return (
        <main className="flex flex-1 items-center justify-center">
          <ProblemState error={opening.error} onRetry={onAgain} />
        </main>
      )
    case 'open':
      return (
        <EditorContext value={opening.flow.editor}>
          <ReactFlowProvider>
            <EditorFrame
              saver={opening.flow.saver}
              onReload={() => {
                opening.flow.saver.drop()
                forgetUnsaved(localStorage, flowId)
                onAgain()
              }}
            />
          </ReactFlowProvider>
        </EditorContext>
      )
  }
}
