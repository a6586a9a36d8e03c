import { createContext, use } from 'react'
import { useStore } from 'zustand'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { useShallow } from 'zustand/react/shallow'
import type { FlowDetail } from '#shared/api.ts'
import type { Flow } from '#shared/flow.ts'
import type { Catalog } from '#shared/manifest.ts'
import { invertPatch } from '#shared/patch.ts'
import type { Command } from './commands/command.ts'
import { attendedField } from './attended.ts'
import { applyToFlow, jsonFromFlow, patchBetween, type Patch } from './document.ts'
import { emptyHistory, record } from './history.ts'
import { settle } from './integrity.ts'
import { arranged } from './layout/arranged.ts'
import { isTidy } from './layout/tidy.ts'
import { outdated } from './outdated.ts'
import type { EditorState, FlowFacts, Language, Overlay, Sample, SaveState, Session, StepProgress } from './state.ts'
import { indexOf } from './document-index.ts'

/** One open flow: its state, and the only ways to change it. */
export interface Editor {
  store: StoreApi<EditorState>
  /** Runs a command and keeps the way back. Answers whether anything was done. */
  run: <Args>(command: Command<Args>, args: Args) => boolean
  setSession: (change: Partial<Session>) => void
  setOverlay: (change: Partial<Overlay>) => void
  select: (steps: readonly string[]) => void
  /** Opens the set-up of a step, selects it, and when a param is named sends the focus there. */
  openStep: (id: string | undefined, param?: string) => void
  /** From now on it is said of these steps and fields what they lack. */
  attendTo: (keys: readonly string[]) => void
  /** Opens the code of a step at a line. */
  revealLine: (id: string, line: number) => void
  setSample: (sample: Sample) => void
  setStepProgress: (id: string, progress: StepProgress | undefined) => void
  announce: (text: string) => void
  setSave: (save: SaveState) => void
  setFlow: (facts: Partial<FlowFacts>) => void
  setLive: (live: Flow | undefined) => void
  /** Takes the server's document in place of this one; nothing to undo is left. */
  replaceDocument: (detail: FlowDetail) => void
  /** Takes over what the server added by itself: it has it already, and there is nothing to undo. */
  adopt: (change: (document: Flow) => Flow) => void
  /** Hears of every patch that is to be saved, in order. */
  onPatch: (listener: (patch: Patch) => void) => () => void
}

export interface EditorOptions {
  detail: FlowDetail
  catalog: Catalog
  language?: Language
  readOnly?: boolean
  now?: () => number
}

export function createEditorStore({ detail, catalog, language, readOnly = false, now = Date.now }: EditorOptions): Editor {
  const { document, ...flow } = detail
  const placed = arranged(document, catalog)
  // Steps that lay on each other were put in order here; the server hears of it with the first change.
  let ahead = patchBetween(document, placed)
  const store = createStore<EditorState>(() => ({
    readOnly,
    mayEdit: !readOnly,
    catalog,
    document: placed,
    flow,
    live: undefined,
    session: initialSession(placed, catalog),
    overlay: { steps: new Map(), taken: new Set(), samples: new Map(), problems: [], problemOf: new Map() },
    history: emptyHistory,
    save: { kind: 'saved' },
    language,
  }))
  const listeners = new Set<(patch: Patch) => void>()
  const { getState: state, setState: set } = store

  const setSession = (change: Partial<Session>) => set({ session: changedSession(state().session, change) })
  const setOverlay = (change: Partial<Overlay>) => set({ overlay: { ...state().overlay, ...change } })
  const announce = (text: string) => setSession({ announcement: { text, serial: state().session.announcement.serial + 1 } })
  const emit = (patch: Patch) => {
    const whole = ahead.length === 0 ? patch : [...ahead, ...patch]
    ahead = []
    for (const listener of listeners) listener(whole)
  }

  function travel(from: 'past' | 'future'): boolean {
    const { history, document: before, session, overlay, readOnly: locked } = state()
    const entry = history[from].at(-1)
    if (entry === undefined || locked) return false
    const patch = from === 'past' ? entry.undo : entry.redo
    const after = applyToFlow(before, patch)
    const selection = from === 'past' ? entry.selectionBefore : entry.selectionAfter
    const back = { ...entry, mergeKey: undefined }
    set({
      document: after,
      overlay: { ...overlay, steps: outdated(overlay.steps, before, after) },
      history:
        from === 'past'
          ? { past: history.past.slice(0, -1), future: [...history.future, back] }
          : { past: [...history.past, back], future: history.future.slice(0, -1) },
      session: {
        ...withoutMissing({ ...session, selection, search: undefined, line: undefined, renaming: undefined }, after),
        keepTidy: isTidy(after, catalog),
        announcement: {
          text: `${from === 'past' ? 'Undone' : 'Done again'}: ${entry.label}`,
          serial: session.announcement.serial + 1,
        },
      },
    })
    emit(patch)
    return true
  }

  return {
    store,
    run(command, args) {
      const before = state()
      if (!command.isEnabled(before, args)) return false
      const change = command.run(before, args)
      if (change === undefined) return false
      if (change.travel !== undefined) return travel(change.travel)
      const wanted = change.patch ?? []
      const keepTidy = (change.session?.keepTidy ?? before.session.keepTidy) && change.placed !== true
      const { document: after, patch } = settle(before.document, wanted, keepTidy ? catalog : undefined)
      let session: Session = changedSession(before.session, change.session ?? {})
      if (change.placed === true) session.keepTidy = isTidy(after, catalog)
      if (change.announce !== undefined) session.announcement = { text: change.announce, serial: session.announcement.serial + 1 }
      if (patch.length === 0) {
        set({ session })
        return true
      }
      session = withoutMissing(session, after)
      const entry = {
        label: command.label,
        undo: invertPatch(jsonFromFlow(before.document), patch),
        redo: patch,
        selectionBefore: before.session.selection,
        selectionAfter: session.selection,
        mergeKey: command.history === 'merge' ? `${command.id} ${change.mergeKey ?? ''}` : undefined,
        atMs: now(),
      }
      set({
        document: after,
        session,
        overlay: { ...before.overlay, steps: outdated(before.overlay.steps, before.document, after) },
        history: command.history === 'none' ? before.history : record(before.history, entry),
      })
      emit(patch)
      return true
    },
    setSession,
    setOverlay,
    select: (steps) => setSession({ selection: steps, line: undefined }),
    openStep(id, param) {
      const { session } = state()
      const { attended } = session
      setSession({
        openStepId: id,
        ...(id === undefined ? {} : { selection: [id], line: undefined }),
        ...(id === undefined || param === undefined
          ? {}
          : {
              focusParam: { nodeId: id, param, serial: (session.focusParam?.serial ?? 0) + 1 },
              // Who comes for a field is told what it lacks.
              attended: new Set([...attended, attendedField(id, param)]),
              inspectorTab: tabOf(param),
            }),
      })
    },
    attendTo(keys) {
      const { attended } = state().session
      if (keys.some((key) => !attended.has(key))) setSession({ attended: new Set([...attended, ...keys]) })
    },
    revealLine: (id, line) =>
      setSession({
        openStepId: id,
        selection: [id],
        line: undefined,
        inspectorTab: 'setup',
        codeLine: { stepId: id, line },
      }),
    setSample: (sample) => setOverlay({ samples: new Map(state().overlay.samples).set(sample.stepId, sample) }),
    setStepProgress(id, progress) {
      const steps = new Map(state().overlay.steps)
      if (progress === undefined) steps.delete(id)
      else steps.set(id, progress)
      setOverlay({ steps })
    },
    announce,
    setSave: (save) => set({ save }),
    setFlow: (facts) => set({ flow: { ...state().flow, ...facts } }),
    setLive: (live) => set({ live }),
    replaceDocument({ document: theirs, ...facts }) {
      const after = arranged(theirs, catalog)
      ahead = patchBetween(theirs, after)
      set({
        document: after,
        flow: facts,
        history: emptyHistory,
        save: { kind: 'saved' },
        session: { ...withoutMissing(state().session, after), keepTidy: isTidy(after, catalog) },
      })
    },
    adopt: (change) => set({ document: change(state().document) }),
    onPatch(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function tabOf(param: string): Session['inspectorTab'] {
  return param.startsWith('settings') ? 'options' : 'setup'
}

function initialSession(document: Flow, catalog: Catalog): Session {
  return {
    selection: [],
    inside: undefined,
    line: undefined,
    openStepId: undefined,
    inspectorTab: 'setup',
    drawer: { open: false, tab: 'out' },
    panel: undefined,
    search: undefined,
    addPlace: undefined,
    dialog: undefined,
    renaming: undefined,
    keepTidy: isTidy(document, catalog),
    connecting: undefined,
    dragging: undefined,
    view: undefined,
    announcement: { text: '', serial: 0 },
    focusParam: undefined,
    attended: new Set(),
    codeLine: undefined,
    packages: '',
    testRequest: 0,
    code: { isFull: false, isComparing: false },
  }
}

/** Who chooses steps and says nothing of what is inside of one chooses the whole step. */
function changedSession(session: Session, change: Partial<Session>): Session {
  const inside = 'selection' in change && !('inside' in change) ? { inside: undefined } : {}
  return { ...session, ...change, ...inside }
}

/** What the session says of steps and lines that are gone is forgotten. */
function withoutMissing(session: Session, document: Flow): Session {
  const { nodes, edges } = indexOf(document)
  const has = (id: string | undefined) => id !== undefined && nodes.has(id)
  return {
    ...session,
    selection: session.selection.filter(has),
    line: session.line !== undefined && edges.has(session.line) ? session.line : undefined,
    openStepId: has(session.openStepId) ? session.openStepId : undefined,
    inside: has(session.inside?.id) ? session.inside : undefined,
    renaming: has(session.renaming) ? session.renaming : undefined,
  }
}

export const EditorContext = createContext<Editor | undefined>(undefined)

/** The open flow. Only below an `EditorContext`. */
export function useEditorStore(): Editor {
  const editor = use(EditorContext)
  if (editor === undefined) throw new Error('There is no editor around this component')
  return editor
}

/** One fact of the open flow; the component draws again only when that fact changes. */
export function useEditor<T>(selector: (state: EditorState) => T): T {
  return useStore(useEditorStore().store, selector)
}

/** Like `useEditor`, for selectors that build a new list or object each time. */
export function useEditorShallow<T>(selector: (state: EditorState) => T): T {
  return useStore(useEditorStore().store, useShallow(selector))
}
