import { clsx } from 'clsx'
import { CircleAlert, Info } from 'lucide-react'
import { nameOf } from '#shared/flow-names.ts'
import { findNode, indexOf } from '../document-index.ts'
import { messageAtStep } from '../problems.ts'
import type { Problem } from '../state.ts'
import { useEditor, useEditorStore } from '../store.ts'

interface ProblemListProps {
  problems: readonly Problem[]
  /** Before somebody is sent to where it is mended. */
  onJump?: () => void
}

/** What is in the way, each with the step it is about; choosing one leads there. */
export function ProblemList({ problems, onJump }: ProblemListProps) {
  const editor = useEditorStore()
  const document = useEditor((state) => state.document)
  const jump = (problem: Problem) => {
    onJump?.()
    const nodeId = problem.nodeId ?? indexOf(document).edges.get(problem.edge ?? '')?.source
    if (nodeId !== undefined && isAtLine(problem)) editor.revealLine(nodeId, problem.line)
    else if (nodeId !== undefined) editor.openStep(nodeId, problem.param)
    else if (problem.code === 'no_trigger') editor.setSession({ panel: 'add', addPlace: { kind: 'start' } })
    else if (problem.param?.startsWith('settings.egress') === true) editor.setSession({ dialog: 'settings' })
  }
  return (
    <ul className="flex flex-col">
      {problems.map((problem) => {
        const node = findNode(document, problem.nodeId)
        const Icon = problem.severity === 'error' ? CircleAlert : Info
        return (
          <li key={[problem.nodeId, problem.code, problem.param, problem.edge, problem.line, problem.message].join(' ')}>
            <button
              type="button"
              className="flex w-full gap-2.5 rounded-field px-2.5 py-2 text-left hover:bg-hover"
              onClick={() => jump(problem)}
            >
              <Icon
                size={16}
                aria-hidden
                className={clsx('mt-0.5 shrink-0', problem.severity === 'error' ? 'text-waiting' : 'text-faint')}
              />
              <span className="min-w-0">
                {node !== undefined && (
                  <span className="block truncate text-label">
                    {nameOf(node)}
                    {isAtLine(problem) && <span className="font-normal text-muted"> · line {problem.line}</span>}
                  </span>
                )}
                <span className="block text-small text-muted">
                  {node === undefined ? problem.message : messageAtStep(problem, nameOf(node))}
                </span>
              </span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

/** Of a formula it is no help to know the line. */
function isAtLine(problem: Problem): problem is Problem & { line: number } {
  return problem.param === 'code' && problem.line !== undefined
}
