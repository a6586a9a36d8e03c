import { lazy, Suspense, useCallback, useEffect } from 'react'
import { Spinner } from '../../ui/spinner.tsx'
import { useIsNarrow } from '../../runs/use-is-narrow.ts'
import { useTitle } from '../../shell/use-title.ts'
import { EditorCanvas } from '../canvas/editor-canvas.tsx'
import { findNode } from '../document-index.ts'
import { usePageKeys } from '../keys/use-keys.ts'
import type { DraftSaver } from '../save/draft-saver.ts'
import { SaveNowContext } from '../save/save-now.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { ConflictBanner } from './conflict-banner.tsx'
import { LeftPanel } from './left-panel.tsx'
import { ConnectDialog, DisconnectDialog } from './line-dialogs.tsx'
import { NarrowFlow } from './narrow-flow.tsx'
import { LiveRegion } from './live-region.tsx'
import { Palette } from './palette.tsx'
import { RailTools } from './rail-tools.tsx'
import { ResizeEdge } from './resize-edge.tsx'
import { StatusStrip } from './status-strip.tsx'
import { TopBar } from './top-bar.tsx'
import { useAddress } from './use-address.ts'
import { useClipboard } from './use-clipboard.ts'
import { useLeaving } from './use-leaving.ts'
import { useRemovalToast } from './use-removal-toast.ts'
import { useRememberedSize } from './use-remembered-size.ts'

// What one sees first is the canvas; these come right after it, before anybody can have opened a step or a dialog.
// What is typed into at once, like the palette, is there from the start.
const loadInspector = () => import('../inspector/inspector.tsx')
const loadDrawer = () => import('../drawer/data-drawer.tsx')
const loadPublishDialog = () => import('./publish-dialog.tsx')
const loadSettingsDialog = () => import('./flow-settings-dialog.tsx')
const loadShortcutsDialog = () => import('./shortcuts-dialog.tsx')
const Inspector = lazy(async () => ({ default: (await loadInspector()).Inspector }))
const DataDrawer = lazy(async () => ({ default: (await loadDrawer()).DataDrawer }))
const PublishDialog = lazy(async () => ({ default: (await loadPublishDialog()).PublishDialog }))
const FlowSettingsDialog = lazy(async () => ({ default: (await loadSettingsDialog()).FlowSettingsDialog }))
const ShortcutsDialog = lazy(async () => ({ default: (await loadShortcutsDialog()).ShortcutsDialog }))

const inspectorRange = { least: 360, most: 720, usual: 440 }
const codeRange = { least: 360, most: 960, usual: 640 }
const drawerRange = { least: 160, most: 560, usual: 288 }

/** The editor's regions: top bar, panel, canvas with the data below it, set-up, status. */
export function EditorFrame({ saver, onReload }: { saver: DraftSaver; onReload: () => void }) {
  usePageKeys()
  useClipboard()
  useLeaving(saver)
  useAddress()
  useTitle(useEditor((state) => state.document.name))
  useRemovalToast()
  useLaterParts()
  const isNarrow = useIsNarrow()
  const saveNow = useCallback(() => void saver.flush(), [saver])
  return (
    <main className="flex h-full min-h-0 flex-1 flex-col">
      <TopBar saver={saver} />
      <div className="relative flex min-h-0 flex-1">
        {!isNarrow && <LeftPanel />}
        <div className="relative flex min-w-0 flex-1 flex-col">
          <ConflictBanner onReload={onReload} />
          {isNarrow ? <NarrowFlow /> : <EditorCanvas />}
          <DrawerRegion />
        </div>
        <SaveNowContext value={saveNow}>
          <InspectorRegion />
        </SaveNowContext>
      </div>
      <StatusStrip />
      <RailTools />
      <LiveRegion />
      <Suspense>
        <Dialogs saver={saver} />
      </Suspense>
    </main>
  )
}

/** Loads what the canvas can do without for a moment. */
function useLaterParts(): void {
  const { store } = useEditorStore()
  useEffect(() => {
    const load = async () => {
      const [{ renameReferences }, { readCopied }] = await Promise.all([
        import('#shared/expression/template.ts'),
        import('../commands/copied-steps.ts'),
        loadInspector(),
        loadDrawer(),
        loadPublishDialog(),
        loadSettingsDialog(),
        loadShortcutsDialog(),
      ])
      store.setState({ language: { renameReferences, readCopied } })
    }
    const soon = setTimeout(() => void load())
    return () => clearTimeout(soon)
  }, [store])
}

function RegionPending() {
  return (
    <div role="status" className="flex flex-1 items-center justify-center gap-2.5 text-muted">
      <Spinner /> Loading…
    </div>
  )
}

function InspectorRegion() {
  const editor = useEditorStore()
  const isOpen = useEditor((state) => state.session.openStepId !== undefined)
  const isCode = useEditor(
    (state) => state.catalog.get(findNode(state.document, state.session.openStepId)?.type ?? '')?.runs === 'code',
  )
  const plain = useRememberedSize('inspector', inspectorRange.usual, inspectorRange.least, inspectorRange.most)
  const wide = useRememberedSize('inspector-code', codeRange.usual, codeRange.least, codeRange.most)
  if (!isOpen) return null
  const [width, resize] = isCode ? wide : plain
  return (
    <aside
      data-region="inspector"
      aria-label="Inspector"
      className="relative z-10 flex min-w-0 shrink-0 flex-col border-l border-line bg-surface max-lg:absolute max-lg:inset-y-0 max-lg:right-0 max-lg:shadow-float max-md:w-full!"
      style={{ width, maxWidth: '100%' }}
      onKeyDown={(event) => {
        // What floats above the set-up hears Esc itself; it is not inside this element.
        const { target } = event
        const isHere =
          target instanceof Element && event.currentTarget.contains(target) && target.closest('.monaco-editor') === null
        if (event.key !== 'Escape' || event.defaultPrevented || !isHere) return
        editor.openStep(undefined)
        document.querySelector<HTMLElement>('[data-canvas]')?.focus({ preventScroll: true })
      }}
    >
      <ResizeEdge
        label="Width of the set-up"
        side="left"
        size={width}
        {...(isCode ? codeRange : inspectorRange)}
        onResize={resize}
      />
      <Suspense fallback={<RegionPending />}>
        <Inspector />
      </Suspense>
    </aside>
  )
}

function DrawerRegion() {
  const isOpen = useEditor((state) => state.session.drawer.open)
  const [height, resize] = useRememberedSize('drawer', drawerRange.usual, drawerRange.least, drawerRange.most)
  if (!isOpen) return null
  return (
    <section
      data-region="drawer"
      aria-label="Data"
      className="relative flex shrink-0 flex-col border-t border-line bg-surface"
      style={{ height, maxHeight: '60vh' }}
    >
      <ResizeEdge label="Height of the data" side="top" size={height} {...drawerRange} onResize={resize} />
      <Suspense fallback={<RegionPending />}>
        <DataDrawer />
      </Suspense>
    </section>
  )
}

function Dialogs({ saver }: { saver: DraftSaver }) {
  const dialog = useEditor((state) => state.session.dialog)
  switch (dialog) {
    case 'palette':
      return <Palette />
    case 'publish':
      return <PublishDialog saver={saver} />
    case 'settings':
      return <FlowSettingsDialog />
    case 'connect':
      return <ConnectDialog />
    case 'disconnect':
      return <DisconnectDialog />
    case 'shortcuts':
      return <ShortcutsDialog />
    case undefined:
      return null
  }
}
