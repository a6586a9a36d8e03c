import { useEffect } from 'react'
import type { Flow } from '#shared/flow.ts'
import { call, isApiProblem } from '../../api/client.ts'
import { firstProblems, mergedProblems } from '../problems.ts'
import type { Problem } from '../state.ts'
import type { Editor } from '../store.ts'

const hereMs = 120
const serverMs = 700
/** What only the server can say: it has the compiler for code and the data of runs, and knows which addresses are taken. */
const serverCodes = new Set([
  ...['code_syntax', 'code_type', 'expression_type', 'types_not_checked', 'path_taken', 'not_available'],
  ...['package_missing', 'package_unusable'],
])

/**
 * Keeps the problems up to date while the flow changes: at once from the shared compiler, then from the server. The
 * compiler comes after the canvas, which doesn't wait for it.
 */
export function useLiveProblems(editor: Editor | undefined): void {
  useEffect(() => {
    if (editor === undefined) return undefined
    const { store } = editor
    let fromServer: Problem[] = []
    let here: Problem[] = []
    let soon: ReturnType<typeof setTimeout> | undefined
    let later: ReturnType<typeof setTimeout> | undefined
    let asking: AbortController | undefined
    let isOver = false

    const show = () => {
      const ids = new Set(store.getState().document.nodes.map((node) => node.id))
      const problems = mergedProblems(here, fromServer, ids)
      editor.setOverlay({ problems, problemOf: firstProblems(problems) })
    }
    const lookHere = async () => {
      const { compile } = await import('#shared/compile.ts')
      if (isOver) return
      const { document, catalog } = store.getState()
      here = compile(document, catalog).problems
      show()
    }
    const askServer = async () => {
      const { document, flow } = store.getState()
      asking?.abort()
      asking = new AbortController()
      try {
        const { problems } = await call('validateFlow', { params: { id: flow.id }, body: { document }, signal: asking.signal })
        if (store.getState().document !== document) return
        fromServer = problems.filter((problem) => serverCodes.has(problem.code))
        show()
      } catch (problem) {
        // Away or busy: what is known here stands, and the next change asks again.
        if (!isApiProblem(problem) && !(problem instanceof DOMException)) throw problem
      }
    }
    const onChange = () => {
      clearTimeout(soon)
      clearTimeout(later)
      soon = setTimeout(() => void lookHere(), hereMs)
      later = setTimeout(() => void askServer(), serverMs)
    }
    void lookHere()
    void askServer()
    let meaning = meaningOf(store.getState().document)
    const unsubscribe = store.subscribe(({ document, session }, before) => {
      if (session.packages !== before.session.packages) onChange()
      if (document === before.document) return
      const next = meaningOf(document)
      // Moving cards about means nothing.
      if (
        next.edges === meaning.edges &&
        next.nodes.length === meaning.nodes.length &&
        next.nodes.every((part, index) => part === meaning.nodes[index])
      )
        return
      meaning = next
      onChange()
    })
    return () => {
      isOver = true
      unsubscribe()
      clearTimeout(soon)
      clearTimeout(later)
      asking?.abort()
    }
  }, [editor])
}

/** The parts of a document that problems can come from. */
function meaningOf({ nodes, edges }: Flow): { nodes: unknown[]; edges: unknown } {
  return {
    nodes: nodes.flatMap(({ id, type, name, params, settings, connection, parent }) => [
      id,
      type,
      name,
      params,
      settings,
      connection,
      parent,
    ]),
    edges,
  }
}
