import { ChevronDown, FlaskConical, History, Inbox, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { findNode } from '../document-index.ts'
import { useEditor, useEditorStore } from '../store.ts'
import type { Sample } from '../state.ts'
import { takesRequests } from '../inspector/takes-requests.ts'
import { testStep } from '../inspector/test-step.ts'
import { ChooseRequest } from './choose-request.tsx'
import { orTell } from './or-tell.ts'
import { forgetSample, takeLastRun } from './sample-actions.ts'

const sourceWords: Record<Sample['source'], string> = {
  test: 'test',
  run: 'from a run',
  request: 'request',
  written: 'written by you',
}

interface SampleMenuProps {
  stepId: string
  isTrigger: boolean
  onWrite: () => void
}

/** Where the step's sample comes from, and the other places it could come from. */
export function SampleMenu({ stepId, isTrigger, onWrite }: SampleMenuProps) {
  const editor = useEditorStore()
  const sample = useEditor((state) => state.overlay.samples.get(stepId))
  const polls = useEditor((state) => state.catalog.get(findNode(state.document, stepId)?.type ?? '')?.polls)
  const hasRequests = useEditor((state) => takesRequests(findNode(state.document, stepId)?.type))
  const [isChoosing, setChoosing] = useState(false)

  return (
    <>
      <Menu
        trigger={
          <Button variant="quiet" size="small" icon={undefined}>
            <span className="text-muted">Sample:</span>
            {sample === undefined ? 'none' : `${sourceWords[sample.source]} ${timeOf(sample.at)}`}
            <ChevronDown size={14} aria-hidden />
          </Button>
        }
        entries={[
          ...(isTrigger && !polls
            ? []
            : [
                {
                  label: polls ? 'Get the newest item' : 'Test the step now',
                  icon: <FlaskConical size={16} />,
                  shortcut: 'Ctrl+Enter',
                  onSelect: () => void testStep(editor, stepId),
                },
              ]),
          { label: 'From the last run', icon: <History size={16} />, onSelect: () => orTell(takeLastRun(editor, stepId)) },
          ...(hasRequests
            ? [{ label: 'From a past request…', icon: <Inbox size={16} />, onSelect: () => setChoosing(true) }]
            : []),
          { label: 'Write it myself…', icon: <Pencil size={16} />, onSelect: onWrite },
          'separator' as const,
          {
            label: 'Remove the sample',
            icon: <Trash2 size={16} />,
            disabled: sample === undefined,
            danger: true,
            onSelect: () => orTell(forgetSample(editor, stepId)),
          },
        ]}
      />
      {hasRequests && <ChooseRequest stepId={stepId} open={isChoosing} onClose={() => setChoosing(false)} />}
    </>
  )
}

/** The time of day, with the date when it wasn't today. */
function timeOf(at: string): string {
  const date = new Date(at)
  const isToday = date.toDateString() === new Date().toDateString()
  return new Intl.DateTimeFormat(
    undefined,
    isToday ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' },
  ).format(date)
}
