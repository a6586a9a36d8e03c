import { useEffect, useRef } from 'react'
import { Tabs } from '../../ui/tabs.tsx'
import { useSampleHistory } from '../code/sample-history.ts'
import { findNode } from '../document-index.ts'
import type { InspectorTab } from '../state.ts'
import { useEditor, useEditorStore, type Editor } from '../store.ts'
import { InspectorHeader } from './inspector-header.tsx'
import { NotesTab } from './notes-tab.tsx'
import { OptionsTab } from './options/options-tab.tsx'
import { SetUpTab } from './set-up-tab.tsx'
import { StepContext, useStepId } from './step-in-focus.ts'
import { TestFooter } from './test-footer.tsx'
import { testStep } from './test-step.ts'

/** The set-up of the open step, beside the canvas; nothing while none is open. Fills the place it is given. */
export function Inspector() {
  const stepId = useEditor((state) => findNode(state.document, state.session.openStepId)?.id)
  useTestRequests()
  useSampleHistory()
  if (stepId === undefined) return null
  return (
    <StepContext value={stepId}>
      <StepPanel key={stepId} />
    </StepContext>
  )
}

function StepPanel() {
  const editor = useEditorStore()
  const tab = useEditor((state) => state.session.inspectorTab)
  const panel = useRef<HTMLDivElement>(null)
  useFieldFocus(panel)
  return (
    <div ref={panel} className="flex h-full min-h-0 flex-col bg-surface">
      <InspectorHeader />
      <Tabs<InspectorTab>
        label="Parts of the set-up"
        className="min-h-0 flex-1"
        listClassName="px-3"
        panelClassName="overflow-y-auto"
        value={tab}
        onChange={(inspectorTab) => editor.setSession({ inspectorTab })}
        items={[
          { value: 'setup', label: 'Set up', panel: <SetUpTab /> },
          { value: 'options', label: 'Options', panel: <OptionsTab /> },
          { value: 'notes', label: 'Notes', panel: <NotesTab /> },
        ]}
      />
      <TestFooter />
    </div>
  )
}

// Per editor and not per panel: the request that opens the set-up is there before the set-up is.
const carriedOut = new WeakMap<Editor, number>()

/** Ctrl+Enter, the menu and the card ask for a test by raising a number; each time it is raised is one test. */
function useTestRequests(): void {
  const editor = useEditorStore()
  const request = useEditor((state) => state.session.testRequest)
  useEffect(() => {
    if (request === (carriedOut.get(editor) ?? 0)) return
    carriedOut.set(editor, request)
    const { openStepId } = editor.store.getState().session
    if (openStepId !== undefined) void testStep(editor, openStepId)
  }, [editor, request])
}

const focusable =
  'input:not([type=hidden]):not([tabindex="-1"]), textarea, select, [role=textbox], [role=combobox], button:not([tabindex="-1"])'

/** Sends the focus to the field somebody came for, from a problem or a pill. */
function useFieldFocus(panel: React.RefObject<HTMLElement | null>): void {
  const stepId = useStepId()
  const wanted = useEditor((state) => state.session.focusParam)
  useEffect(() => {
    if (wanted?.nodeId !== stepId || wanted.param === undefined) return undefined
    // One frame later the tab and "More fields" have opened.
    const frame = requestAnimationFrame(() => {
      const field = fieldFor(panel.current, wanted.param ?? '')
      field?.scrollIntoView({ block: 'center' })
      field?.querySelector<HTMLElement>(focusable)?.focus()
    })
    return () => cancelAnimationFrame(frame)
  }, [panel, stepId, wanted])
}

/** The element of a param, or of the closest thing around it that has one. */
function fieldFor(panel: HTMLElement | null, param: string): Element | undefined {
  const parts = param.split(/[.[]/)
  for (let length = parts.length; length > 0; length--) {
    const found = panel?.querySelector(`[data-param="${CSS.escape(parts.slice(0, length).join('.'))}"]`)
    if (found) return found
  }
  return undefined
}
