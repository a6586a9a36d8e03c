import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { findNode } from '../document-index.ts'
import { useEditor, useEditorStore } from '../store.ts'

const route = getRouteApi('/app/flows/$flow')

/** The open step, its tab and the data drawer are in the address, so that a link leads there. */
export function useAddress(): void {
  const editor = useEditorStore()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const step = useEditor((state) => state.session.openStepId)
  const tab = useEditor((state) => state.session.inspectorTab)
  const drawer = useEditor((state) => (state.session.drawer.open ? state.session.drawer.tab : undefined))
  const isRead = useRef(false)

  useEffect(() => {
    if (isRead.current) return
    isRead.current = true
    const { session, document } = editor.store.getState()
    if (search.drawer !== undefined) editor.setSession({ drawer: { open: true, tab: search.drawer } })
    if (search.tab !== undefined) editor.setSession({ inspectorTab: search.tab })
    if (search.step !== undefined && session.openStepId === undefined && findNode(document, search.step) !== undefined)
      if (search.line === undefined) editor.openStep(search.step)
      else editor.revealLine(search.step, search.line)
  }, [editor, search])

  useEffect(() => {
    if (!isRead.current) return
    const next = {
      step,
      tab: step === undefined || tab === 'setup' ? undefined : tab,
      drawer: drawer === 'earlier' ? undefined : drawer,
    }
    void navigate({ search: next, replace: true })
  }, [step, tab, drawer, navigate])
}
