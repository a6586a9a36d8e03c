import { X } from 'lucide-react'
import { useMemo, useState } from 'react'
import { nameOf } from '#shared/flow-names.ts'
import type { Json } from '#shared/json.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Select } from '../../ui/select.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { findNode } from '../document-index.ts'
import { triggerBefore } from '../inspector/data/earlier-steps.ts'
import { roundSamples } from '../inspector/data/round-samples.ts'
import { promisedBy } from '../inspector/data/promised-by.ts'
import { dataPathOf, dataSources, type DataSource } from '../inspector/data/data-sources.ts'
import { takesRequests } from '../inspector/takes-requests.ts'
import { stopTest, testStep, useStepTest } from '../inspector/test-step.ts'
import type { DrawerTab } from '../state.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { ErrorPanel } from './error-panel.tsx'
import { LogList } from './log-list.tsx'
import { orTell } from './or-tell.ts'
import { takeLastRun } from './sample-actions.ts'
import { SampleMenu } from './sample-menu.tsx'
import { bestLook, type ValueLook } from './table-model.ts'
import { ValueView } from './value-view.tsx'
import { WriteSample } from './write-sample.tsx'

/**
 * What came into the open step, what came out of it, and what it logged. Fills the place it is given. Beside code over
 * the whole page it stays open, and the log has a place of its own.
 */
export function DataDrawer({ isBesideCode = false }: { isBesideCode?: boolean }) {
  const editor = useEditorStore()
  const stepId = useEditor((state) => findNode(state.document, state.session.openStepId ?? state.session.selection.at(-1))?.id)
  const tab = useEditor((state) => state.session.drawer.tab)
  const [look, setLook] = useState<ValueLook>()
  const [chosenToWrite, setChosenToWrite] = useState<string>()
  const askedToWrite = useEditor((state) => state.session.drawer.writing)
  const isWriting = stepId !== undefined && (chosenToWrite === stepId || askedToWrite === stepId)
  const isTrigger = useEditor((state) => state.catalog.get(findNode(state.document, stepId)?.type ?? '')?.role === 'trigger')
  const readOnly = useEditor((state) => state.readOnly)
  const isStale = useEditor((state) => stepId !== undefined && state.overlay.steps.get(stepId)?.state === 'stale')
  const shown: DrawerTab = tab === 'earlier' || (isBesideCode && tab === 'log') ? 'out' : tab
  const [chosenSource, setChosenSource] = useState<string>()
  const came = useCameIn(stepId, chosenSource)
  const outValue = useEditor((state) => (stepId === undefined ? undefined : state.overlay.samples.get(stepId)?.value))
  const value = shown === 'in' ? came.value : outValue
  // Until somebody chooses, each value is shown the way it reads best.
  const shownLook = look ?? (value === undefined ? undefined : bestLook(value))
  const close = () => editor.setSession({ drawer: { open: false, tab } })
  const stopWriting = () => {
    setChosenToWrite(undefined)
    if (askedToWrite !== undefined) editor.setSession({ drawer: { open: true, tab } })
  }

  return (
    <div className="flex h-full min-h-0 flex-col bg-surface">
      <Tabs<DrawerTab>
        label="Data of the step"
        className="min-h-0 flex-1"
        listClassName="px-2"
        panelClassName="overflow-auto"
        value={shown}
        onChange={(next) => editor.setSession({ drawer: { open: true, tab: next } })}
        trailing={
          <>
            {shown === 'out' && isStale && <StatusChip kind="stale" />}
            {stepId !== undefined && shown === 'out' && !readOnly && (
              <SampleMenu stepId={stepId} isTrigger={isTrigger} onWrite={() => setChosenToWrite(stepId)} />
            )}
            {shown !== 'log' && shownLook !== undefined && <LookSwitch look={shownLook} onChange={setLook} />}
            {!isBesideCode && (
              <IconButton label="Close the data" shortcut="L" icon={<X size={16} />} size="small" onClick={close} />
            )}
          </>
        }
        items={[
          {
            value: 'in',
            label: 'Came in',
            panel: stepId === undefined ? <NoStep /> : <CameIn came={came} look={shownLook} onChoose={setChosenSource} />,
          },
          {
            value: 'out',
            label: 'Came out',
            panel:
              stepId === undefined ? (
                <NoStep />
              ) : isWriting ? (
                <WriteSample stepId={stepId} onDone={stopWriting} />
              ) : (
                <CameOut
                  key={stepId}
                  stepId={stepId}
                  look={shownLook}
                  isTrigger={isTrigger}
                  onWrite={() => setChosenToWrite(stepId)}
                />
              ),
          },
          ...(isBesideCode
            ? []
            : [{ value: 'log' as const, label: 'Log', panel: stepId === undefined ? <NoStep /> : <Log stepId={stepId} /> }]),
        ]}
      />
    </div>
  )
}

const looks: { value: ValueLook; label: string }[] = [
  { value: 'table', label: 'Table' },
  { value: 'fields', label: 'Fields' },
  { value: 'raw', label: 'Raw' },
]

/** Table, fields or raw. */
function LookSwitch({ look, onChange }: { look: ValueLook; onChange: (look: ValueLook) => void }) {
  return (
    <div role="group" aria-label="Show as" className="flex rounded-field border border-line p-px">
      {looks.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          aria-pressed={look === value}
          onClick={() => onChange(value)}
          className="h-6 rounded-[4px] px-2 text-small text-muted hover:text-ink aria-pressed:bg-accent-soft aria-pressed:text-accent"
        >
          {label}
        </button>
      ))}
    </div>
  )
}

function NoStep() {
  return <EmptyState size="panel" title="No step is open" text="Choose a step on the canvas to see its data." />
}

interface CameInData {
  sources: readonly DataSource[]
  source: DataSource | undefined
  value: Json | undefined
}

/** The earlier steps that give data to this one, and the one whose data is looked at: the nearest with a sample, or the chosen one. */
function useCameIn(stepId: string | undefined, chosen: string | undefined): CameInData {
  const document = useEditor((state) => state.document)
  const catalog = useEditor((state) => state.catalog)
  const samples = useEditor((state) => state.overlay.samples)
  const sources = useMemo(() => (stepId === undefined ? [] : dataSources(document, stepId, catalog)), [document, stepId, catalog])
  const triggerId = useEditor((state) =>
    stepId === undefined ? undefined : triggerBefore(state.document, stepId, state.catalog)?.id,
  )
  const rounds = useMemo(() => {
    const sampleOf = (id: string) => samples.get(id)?.value
    if (stepId === undefined) return new Map<string, Json>()
    return roundSamples(document, stepId, { trigger: triggerId === undefined ? undefined : sampleOf(triggerId), sampleOf })
  }, [document, samples, stepId, triggerId])
  const valueOf = (id: string) => rounds.get(id) ?? samples.get(id)?.value
  const source =
    sources.find(({ node }) => node.id === chosen) ?? sources.find(({ node }) => valueOf(node.id) !== undefined) ?? sources[0]
  return { sources, source, value: source === undefined ? undefined : valueOf(source.node.id) }
}

function CameIn({
  came: { sources, source, value },
  look,
  onChoose,
}: {
  came: CameInData
  look: ValueLook | undefined
  onChoose: (id: string) => void
}) {
  const catalog = useEditor((state) => state.catalog)
  const promised = source && promisedBy(source.node, catalog.get(source.node.type))
  if (source === undefined)
    return <EmptyState size="panel" title="Nothing comes in" text="Only steps before this one can give data." />
  return (
    <>
      {sources.length > 1 && (
        <div className="sticky left-0 flex items-center gap-2 px-3 pt-2">
          <span className="text-small text-muted">From</span>
          <Select
            label="Which earlier step"
            hideLabel
            size="small"
            className="w-64"
            options={sources.map(({ node, name }) => ({ value: node.id, label: name }))}
            value={source.node.id}
            onChange={onChoose}
          />
        </div>
      )}
      {value === undefined || look === undefined ? (
        <NoSample stepId={source.node.id} />
      ) : (
        <ValueView key={source.node.id} value={value} look={look} path={source.path} promised={promised} />
      )}
    </>
  )
}

interface CameOutProps {
  stepId: string
  look: ValueLook | undefined
  isTrigger: boolean
  onWrite: () => void
}

function CameOut({ stepId, look, isTrigger, onWrite }: CameOutProps) {
  const editor = useEditorStore()
  const test = useStepTest(stepId)
  const sample = useEditor((state) => state.overlay.samples.get(stepId))
  const catalog = useEditor((state) => state.catalog)
  const node = useEditor((state) => findNode(state.document, stepId))
  if (test?.kind === 'running') {
    return (
      <p role="status" className="flex items-center justify-center gap-2 py-10 text-body text-muted">
        <Spinner size={18} /> Testing…
        <Button size="small" onClick={() => stopTest(editor, stepId)}>
          Stop
        </Button>
      </p>
    )
  }
  // A failure is newer than the sample it left in place.
  if (test?.kind === 'done' && test.result.error !== null && (sample === undefined || sample.at < test.at)) {
    return <ErrorPanel error={test.result.error} onAgain={() => void testStep(editor, stepId)} />
  }
  if (sample === undefined) return <NoSample stepId={stepId} {...(isTrigger ? { onWrite } : {})} />
  const path = node === undefined ? undefined : dataPathOf(node, catalog)
  const promised = node && promisedBy(node, catalog.get(node.type))
  return <ValueView key={sample.at} value={sample.value} look={look ?? bestLook(sample.value)} path={path} promised={promised} />
}

function NoSample({ stepId, onWrite }: { stepId: string; onWrite?: () => void }) {
  const editor = useEditorStore()
  const node = useEditor((state) => findNode(state.document, stepId))
  const { role, polls } = useEditor((state) => state.catalog.get(findNode(state.document, stepId)?.type ?? '')) ?? {}
  const isPublished = useEditor((state) => state.flow.publishedVersion !== null)
  const readOnly = useEditor((state) => state.readOnly)
  const name = node === undefined ? 'this step' : nameOf(node)
  if (polls) {
    return (
      <EmptyState
        size="panel"
        title="Nothing to show yet"
        text={`Get the newest item of “${name}” as a sample, or write one. It starts no run.`}
        actions={
          <>
            <Button onClick={() => void testStep(editor, stepId)}>Get the newest item</Button>
            {onWrite !== undefined && <Button onClick={onWrite}>Write a sample</Button>}
          </>
        }
      />
    )
  }
  if (role === 'trigger') {
    return (
      <EmptyState
        size="panel"
        title="Nothing to show yet"
        text={
          takesRequests(node?.type)
            ? `Send something to “${name}”, or write a sample, and its data appears here.`
            : isPublished
              ? `What started the last run, or the next one, can be the sample of “${name}”. Or write one yourself.`
              : `Write what a run begins with, and the steps after “${name}” can be tested on it.`
        }
        actions={
          !readOnly &&
          (isPublished || onWrite !== undefined) && (
            <>
              {isPublished && <Button onClick={() => orTell(takeLastRun(editor, stepId))}>Take it from the last run</Button>}
              {onWrite !== undefined && <Button onClick={onWrite}>Write a sample</Button>}
            </>
          )
        }
      />
    )
  }
  return (
    <EmptyState
      size="panel"
      title="Nothing to show yet"
      text={`Test “${name}” once and its data appears here.`}
      actions={<Button onClick={() => void testStep(editor, stepId)}>Test this step</Button>}
    />
  )
}

function Log({ stepId }: { stepId: string }) {
  const test = useStepTest(stepId)
  const lines = test?.kind === 'done' ? test.result.logs : []
  if (lines.length === 0)
    return <EmptyState size="panel" title="Nothing was logged" text="What the step writes to its log in a test appears here." />
  return <LogList lines={lines} />
}
