import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { call, isApiProblem, problemText } from '../../api/client.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { showToast } from '../../ui/toast.ts'
import type { DraftSaver } from '../save/draft-saver.ts'
import type { Problem } from '../state.ts'
import { startWords } from '../start-words.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { ProblemList } from './problem-list.tsx'
import { useFlowChanges } from './use-flow-changes.ts'

/** Says what goes live and then makes it so; or what is in the way, with a link to each. */
export function PublishDialog({ saver }: { saver: DraftSaver }) {
  const editor = useEditorStore()
  const close = () => editor.setSession({ dialog: undefined })
  const isFirst = useEditor((state) => state.flow.publishedVersion === null)
  const problems = useEditor((state) => state.overlay.problems)
  const [refusal, setRefusal] = useState<{ problems: Problem[]; text: string } | undefined>(undefined)
  const [isBusy, setBusy] = useState(false)
  const mainButton = useRef<HTMLButtonElement>(null)
  const [comment, setComment] = useState('')
  const changes = useFlowChanges()
  const flowId = useEditor((state) => state.flow.id)
  const navigate = useNavigate()
  const errors = (refusal?.problems ?? problems).filter((problem) => problem.severity === 'error')
  const isBlocked = errors.length > 0

  // Who wants to publish is told at each field what it lacks.
  useEffect(() => {
    editor.attendTo(editor.store.getState().document.nodes.map(({ id }) => id))
  }, [editor])

  const publish = async () => {
    setBusy(true)
    setRefusal(undefined)
    try {
      await saver.flush()
      const { document, save } = editor.store.getState()
      if (save.kind !== 'saved') throw new Unsaved()
      const { version } = await call('publishFlow', {
        params: { id: flowId },
        body: comment.trim() === '' ? {} : { comment: comment.trim() },
      })
      editor.setFlow({
        publishedVersion: version,
        enabled: isFirst ? true : editor.store.getState().flow.enabled,
        changed: false,
      })
      editor.setLive(document)
      close()
      showToast({
        title: 'Live',
        description: `Version ${version} runs from now on.`,
        kind: 'success',
        action: { label: 'See runs', onSelect: () => void navigate({ to: '/flows/$flow/runs', params: { flow: flowId } }) },
      })
      editor.announce(`Version ${version} is live`)
    } catch (error) {
      if (error instanceof Unsaved)
        setRefusal({ problems: [], text: 'The last changes could not be saved yet. Publish again once they are.' })
      else if (isApiProblem(error)) setRefusal({ problems: error.problems, text: error.detail })
      else setRefusal({ problems: [], text: problemText(error) })
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) close()
      }}
      size="medium"
      initialFocus={mainButton}
      title={
        isBlocked
          ? 'Not ready yet'
          : isFirst
            ? 'Ready to turn on?'
            : (changes?.length ?? 0) === 0
              ? 'Nothing to publish'
              : changeCount(changes?.length ?? 0)
      }
      footer={
        isBlocked ? (
          <Button ref={mainButton} onClick={close}>
            Back to the flow
          </Button>
        ) : (
          <>
            <Button onClick={close}>Not now</Button>
            <Button ref={mainButton} variant="primary" busy={isBusy} onClick={() => void publish()}>
              {isFirst ? 'Turn on' : 'Publish'}
            </Button>
          </>
        )
      }
    >
      {isBlocked ? (
        <>
          <p className="mb-2 text-body text-muted">
            {errors.length === 1
              ? 'One thing stands in the way. It leads to its step:'
              : `${errors.length} things stand in the way. Each leads to its step:`}
          </p>
          <div className="-mx-2.5">
            <ProblemList problems={errors} onJump={close} />
          </div>
        </>
      ) : (
        <div className="flex flex-col gap-4">
          <Consequence isFirst={isFirst} />
          {!isFirst && changes !== undefined && changes.length > 0 && (
            <ul className="flex flex-col gap-1.5 rounded-card bg-sunken px-3.5 py-3 text-body">
              {changes.map((change) => (
                <li key={`${change.kind} ${change.stepId ?? change.name}`}>
                  <span className="font-medium">{change.name}</span> <span className="text-muted">{change.what}</span>
                </li>
              ))}
            </ul>
          )}
          {problems.length > 0 && (
            <section aria-label="To look at">
              <p className="mb-1 text-body text-muted">
                {problems.length === 1
                  ? 'One thing to look at. It leads to its step, and doesn’t keep you from publishing:'
                  : `${problems.length} things to look at. Each leads to its step, and none keeps you from publishing:`}
              </p>
              <div className="-mx-2.5 max-h-60 overflow-y-auto">
                <ProblemList problems={problems} onJump={close} />
              </div>
            </section>
          )}
          <TextField
            label="Name of this version (optional)"
            value={comment}
            maxLength={200}
            placeholder="What is new"
            onChange={(event) => setComment(event.currentTarget.value)}
          />
          {refusal !== undefined && <Notice tone="problem" title={refusal.text} />}
        </div>
      )}
    </Dialog>
  )
}

function Consequence({ isFirst }: { isFirst: boolean }) {
  const words = useEditor((state) => startWords(state.document, state.catalog))
  const version = useEditor((state) => state.flow.publishedVersion)
  return isFirst ? (
    <p className="text-body">
      From now on it runs each time <strong className="font-bold">{words}</strong>.
    </p>
  ) : (
    <p className="text-body">
      It runs each time <strong className="font-bold">{words}</strong>. Runs that are under way finish with version {version}; new
      ones start with this.
    </p>
  )
}

function changeCount(count: number): string {
  return count === 1 ? 'One change goes live' : `${count} changes go live`
}

class Unsaved extends Error {}
