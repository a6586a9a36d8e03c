import { clsx } from 'clsx'
import { Maximize2, Minimize2 } from 'lucide-react'
import { lazy, Suspense, useMemo, useState } from 'react'
import { nameOf } from '#shared/flow.ts'
import type { ParamSchema } from '#shared/manifest.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { findNode } from '../document-index.ts'
import { LogList } from '../drawer/log-list.tsx'
import { errorWords } from '../drawer/error-words.ts'
import { ErrorPanel } from '../drawer/error-panel.tsx'
import { RawView } from '../drawer/raw-view.tsx'
import { FieldControl } from '../inspector/form/field-control.tsx'
import { fieldsOf } from '../inspector/form/field-model.ts'
import { SchemaForm } from '../inspector/form/schema-form.tsx'
import { useParam, useProblem } from '../inspector/form/use-params.ts'
import { useStepId } from '../inspector/step-in-focus.ts'
import { testStep, useStepTest } from '../inspector/test-step.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { useContextTypes } from './use-context-types.ts'

// Monaco and TypeScript weigh megabytes: they are fetched when the first code step is opened, never before.
const CodeEditor = lazy(async () => ({ default: (await import('./code-editor.tsx')).CodeEditor }))

/** The set-up of a code step: named inputs, the code, and how the last test went. */
export function CodePanel({ schema }: { schema: ParamSchema }) {
  const inputs = useMemo(() => fieldsOf(schema).find((field) => field.name === 'inputs'), [schema])
  const rest = useMemo(() => withoutParams(schema, ['inputs', 'code']), [schema])
  return (
    <>
      {inputs !== undefined && <FieldControl field={inputs} />}
      <Code />
      <SchemaForm schema={rest} />
    </>
  )
}

function withoutParams(schema: ParamSchema, names: readonly string[]): ParamSchema {
  const kept = Object.entries(schema.properties ?? {}).filter(([name]) => !names.includes(name))
  return { ...schema, properties: Object.fromEntries(kept) }
}

function Code() {
  const editor = useEditorStore()
  const stepId = useStepId()
  const name = useEditor((state) => {
    const node = findNode(state.document, stepId)
    return node === undefined ? '' : nameOf(node)
  })
  const [stored, setStored] = useParam(['code'])
  const code = typeof stored === 'string' ? stored : ''
  const problem = useProblem('code')
  const types = useContextTypes()
  const readOnly = useEditor((state) => state.readOnly)
  const line = useEditor(({ session }) => (session.codeLine?.stepId === stepId ? session.codeLine.line : undefined))
  const test = useStepTest(stepId)
  const [isFull, setIsFull] = useState(false)
  const marks = useMemo(() => {
    // A mark belongs to the text that was tested; once that is changed it would point at the wrong place.
    const error = test?.kind === 'done' && test.testedCode === code ? test.result.error : null
    return error?.line === undefined ? [] : [{ line: error.line, column: error.column, message: error.message }]
  }, [test, code])

  return (
    <section
      data-param="code"
      data-dev
      aria-label="Code"
      className={clsx(isFull ? 'fixed inset-0 z-40 flex gap-4 bg-surface p-4' : 'flex flex-1 flex-col gap-2')}
      onKeyDown={(event) => {
        if (!isFull || event.key !== 'Escape') return
        event.stopPropagation()
        setIsFull(false)
      }}
    >
      <div className={clsx('flex min-w-0 flex-1 flex-col gap-2', isFull ? 'min-h-0' : '')}>
        <div className="flex h-7 items-center gap-2">
          <h2 className="text-label">{isFull ? `${name} — code` : 'Code'}</h2>
          <span className="text-small text-muted">Esc, then Tab leaves the editor</span>
          <IconButton
            label={isFull ? 'Back to the flow' : 'Full screen'}
            shortcut="Ctrl+Shift+E"
            icon={isFull ? <Minimize2 size={15} /> : <Maximize2 size={15} />}
            size="small"
            className="ml-auto"
            onClick={() => setIsFull(!isFull)}
          />
        </div>
        <div
          className={clsx(
            'relative flex-1 overflow-hidden rounded-field border border-line-strong focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-focus',
            isFull ? 'min-h-0' : 'min-h-80',
          )}
        >
          <Suspense
            fallback={<div role="status" aria-label="The code editor is loading" className="absolute inset-0 bg-sunken" />}
          >
            <CodeEditor
              stepId={stepId}
              label={`Code of ${name}`}
              code={code}
              onChange={setStored}
              types={types}
              marks={marks}
              onRun={() => void testStep(editor, stepId)}
              onFullScreen={() => setIsFull((full) => !full)}
              readOnly={readOnly}
              line={line}
              onLineShown={() => editor.setSession({ codeLine: undefined })}
            />
          </Suspense>
        </div>
        {problem !== undefined && (
          <p className={clsx('text-small', problem.severity === 'error' ? 'text-failed' : 'text-waiting')}>
            {/* A mistake in the text names its line itself. */}
            {problem.line === undefined || problem.code === 'code_syntax'
              ? problem.message
              : `Line ${problem.line}: ${problem.message}`}
          </p>
        )}
      </div>
      <Outcome className={isFull ? 'w-[36%] overflow-y-auto' : ''} isFull={isFull} />
    </section>
  )
}

/** What the last test gave and logged, beside the code. */
function Outcome({ className, isFull }: { className: string; isFull: boolean }) {
  const test = useStepTest(useStepId())
  if (test?.kind !== 'done')
    return isFull ? (
      <p className={clsx(className, 'text-body text-muted')}>Run the code with Ctrl Enter and what it gives appears here.</p>
    ) : null
  const { result } = test
  return (
    <div className={clsx('flex flex-col gap-2', className)}>
      {result.error !== null &&
        (isFull ? <ErrorPanel error={result.error} /> : <p className="text-small text-failed">{errorWords(result.error)}</p>)}
      {isFull && result.status === 'succeeded' && (
        <div className="rounded-field border border-line">
          <h3 className="border-b border-line px-3 py-1.5 text-label text-muted">What it gave</h3>
          <RawView value={result.output} />
        </div>
      )}
      {isFull && result.logs.length > 0 && (
        <div className="rounded-field border border-line">
          <h3 className="border-b border-line px-3 py-1.5 text-label text-muted">Log</h3>
          <LogList lines={result.logs} />
        </div>
      )}
    </div>
  )
}
