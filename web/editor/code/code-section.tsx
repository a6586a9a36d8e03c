import { clsx } from 'clsx'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { nameOf } from '#shared/flow-names.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { toggleCodeCompare } from '../commands/code-view.ts'
import { redo } from '../commands/history.ts'
import { formatCode } from '../commands/step-fields.ts'
import { findNode } from '../document-index.ts'
import { useParam } from '../inspector/form/use-params.ts'
import { useStepId } from '../inspector/step-in-focus.ts'
import { testStep, useStepTest } from '../inspector/test-step.ts'
import { useSaveNow } from '../save/save-now.ts'
import { useEditor, useEditorStore } from '../store.ts'
import type { CodeEditorHandle } from './code-editor.tsx'
import { CodeFullData, CodeFullLog } from './code-full-data.tsx'
import { CodeHint } from './code-hint.tsx'
import { CodeOutcome } from './code-outcome.tsx'
import { CodeToolbar } from './code-toolbar.tsx'
import { coverPage } from './cover-page.ts'
import type { FormatOutcome } from './format/format-model.ts'
import { offerMark } from './imports/package-offer.ts'
import { PackageOfferList } from './imports/package-offer-list.tsx'
import { type PackageOffers, usePackageOffers } from './imports/use-package-offers.ts'
import { usePackageTypes } from './imports/use-package-types.ts'
import { type LineMark, lineMarks } from './line-marks.ts'
import { undoInCode } from './undo-in-code.ts'
import { useContextTypes } from './use-context-types.ts'
import { useLiveCode } from './use-live-code.ts'
import { useRememberedChoice } from './use-remembered-choice.ts'

// Monaco and TypeScript weigh megabytes: they are fetched when the first code step is opened, never before.
const CodeEditor = lazy(async () => ({ default: (await import('./code-editor.tsx')).CodeEditor }))

/** The code of a step: in the set-up, or over the whole page with the data beside it and the log below. */
export function CodeSection({ onHide }: { onHide: () => void }) {
  const editor = useEditorStore()
  const stepId = useStepId()
  const name = useEditor((state) => {
    const node = findNode(state.document, stepId)
    return node === undefined ? '' : nameOf(node)
  })
  const [stored, setStored] = useParam(['code'])
  const code = typeof stored === 'string' ? stored : ''
  const imports = usePackageOffers(code)
  const libraries = usePackageTypes(imports.ready)
  const stepTypes = useContextTypes()
  const types = useMemo(() => [...stepTypes, ...libraries], [stepTypes, libraries])
  const readOnly = useEditor((state) => state.readOnly)
  const line = useEditor(({ session }) => (session.codeLine?.stepId === stepId ? session.codeLine.line : undefined))
  const { isFull, isComparing } = useEditor((state) => state.session.code)
  const live = useLiveCode()
  const marks = useCodeMarks(code, imports)
  const saveNow = useSaveNow()
  const [formatsOnSave = true, setFormatsOnSave] = useRememberedChoice('format-on-save')
  const [wraps = true, setWraps] = useRememberedChoice('wrap-code')
  const [hasFocus, setHasFocus] = useState(false)
  const [formatted, setFormatted] = useState<FormatOutcome>()
  const handle = useRef<CodeEditorHandle>(null)
  const section = useRef<HTMLElement>(null)
  useEffect(() => (isFull && section.current !== null ? coverPage(section.current) : undefined), [isFull])

  const leaveFull = () => editor.setSession({ code: { ...editor.store.getState().session.code, isFull: false } })
  const goTo = useCallback((line: number, column: number | undefined) => handle.current?.goTo(line, column), [])
  const compared = isComparing && live.kind === 'code' ? live.code : undefined

  return (
    <section
      ref={section}
      data-param="code"
      data-dev
      aria-label={isFull ? `Code of ${name}` : 'Code'}
      {...(isFull ? { role: 'dialog', 'aria-modal': true, tabIndex: -1 } : {})}
      className={clsx(
        isFull
          ? 'fixed inset-0 z-40 grid grid-cols-[minmax(0,1fr)_minmax(280px,36%)] grid-rows-[auto_minmax(0,1fr)_auto_minmax(120px,26%)] bg-surface max-md:grid-cols-1 max-md:grid-rows-[auto_minmax(0,1fr)_auto_minmax(0,30%)_minmax(0,20%)]'
          : 'flex flex-1 flex-col gap-2',
      )}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        // In the editor Esc has meanings of its own; it never closes the set-up around it.
        const isInEditor = event.target instanceof Element && event.target.closest('.monaco-editor') !== null
        if (isFull || isInEditor) event.stopPropagation()
        if (isFull && !isInEditor && !event.defaultPrevented) leaveFull()
      }}
    >
      <CodeToolbar
        name={name}
        formatsOnSave={formatsOnSave}
        onFormatsOnSave={setFormatsOnSave}
        wraps={wraps}
        onWraps={setWraps}
        onFormat={() => void handle.current?.format()}
        onHide={onHide}
      />
      <div
        className={clsx(
          'relative overflow-hidden',
          isFull
            ? 'min-h-0 border-t border-line'
            : 'min-h-80 flex-1 rounded-field border border-line-strong focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-focus',
        )}
      >
        {isComparing && live.kind === 'none' && (
          <div className="absolute inset-0 z-10 grid place-items-center bg-surface">
            <EmptyState size="panel" title={live.title} text={live.text} />
          </div>
        )}
        <Suspense fallback={<EditorPending />}>
          <CodeEditor
            ref={handle}
            stepId={stepId}
            label={`Code of ${name}`}
            code={code}
            onChange={setStored}
            onFormat={(next) => editor.run(formatCode, { nodeId: stepId, code: next })}
            onFormatted={setFormatted}
            types={types}
            marks={marks}
            imports={imports}
            compareWith={compared}
            readOnly={readOnly}
            formatsOnSave={formatsOnSave && !readOnly}
            wraps={wraps}
            line={line}
            onLineShown={() => editor.setSession({ codeLine: undefined })}
            onFocus={setHasFocus}
            actions={{
              run: () => void (readOnly ? undefined : testStep(editor, stepId)),
              save: saveNow,
              undo: () => undoInCode(editor, stepId),
              redo: () => editor.run(redo, undefined),
              escape() {
                if (isComparing) editor.run(toggleCodeCompare, undefined)
                else if (isFull) leaveFull()
                return isComparing || isFull
              },
            }}
          />
        </Suspense>
      </div>
      <div className={isFull ? 'col-start-1 flex flex-col gap-2 border-t border-line px-4 py-1.5' : 'contents'}>
        <CodeHint imports={imports} hasFocus={hasFocus} formatted={formatted} onGoTo={goTo} />
        <PackageOfferList {...imports} />
      </div>
      {isFull ? (
        <>
          <CodeFullData />
          <CodeFullLog />
        </>
      ) : (
        <CodeOutcome onGoTo={goTo} />
      )}
    </section>
  )
}

function EditorPending() {
  return <div role="status" aria-label="The code editor is loading" className="absolute inset-0 bg-sunken" />
}

/** What the checks, the last test and the list of packages say about lines of this code. */
function useCodeMarks(code: string, { offers, ready, add }: PackageOffers): LineMark[] {
  const stepId = useStepId()
  const test = useStepTest(stepId)
  const problems = useEditor((state) => state.overlay.problems)
  const spokenFor = [...offers, ...ready].map(({ name }) => name).join(' ')
  const own = useMemo(
    () =>
      problems.filter(
        (problem) =>
          problem.nodeId === stepId &&
          problem.param === 'code' &&
          // What TypeScript says is marked by the TypeScript in the editor.
          problem.code !== 'code_type' &&
          // What is offered says itself that it is missing; the check may be older than a package that is there.
          !(problem.code === 'package_missing' && spokenFor.split(' ').includes(problem.package ?? '')),
      ),
    [problems, stepId, spokenFor],
  )
  // Offers are made anew with each look at the list; lines are drawn anew only when something else is to be said.
  const offered = JSON.stringify(offers.flatMap((offer) => offerMark(offer, add !== undefined) ?? []))
  return useMemo(() => {
    const marks: LineMark[] = JSON.parse(offered)
    return [...lineMarks(code, test, own), ...marks]
  }, [code, test, own, offered])
}
