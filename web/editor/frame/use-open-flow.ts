import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { FlowDetail } from '#shared/api.ts'
import { call } from '../../api/client.ts'
import { catalogQuery, flowQuery, meQuery, samplesQuery, versionQuery } from '../../api/queries.ts'
import { applyToFlow } from '../document.ts'
import { withAssignedPaths } from '../save/assigned-paths.ts'
import { createDraftSaver, type DraftSaver } from '../save/draft-saver.ts'
import type { Restored } from '../save/restore-unsaved.ts'
import { findUnsaved } from '../save/unsaved-changes.ts'
import { createEditorStore, type Editor } from '../store.ts'

export interface OpenFlow {
  editor: Editor
  saver: DraftSaver
}

export type Opening = { kind: 'loading' } | { kind: 'open'; flow: OpenFlow } | { kind: 'problem'; error: unknown }

const editors = new Set(['builder', 'admin', 'owner'])

/** Seldom is anything left unsent, and only then is what reads it loaded. */
async function restore(detail: FlowDetail): Promise<Restored> {
  if (findUnsaved(localStorage, detail.id) === undefined) return { kind: 'nothing' }
  const { restoreUnsaved } = await import('../save/restore-unsaved.ts')
  return restoreUnsaved(localStorage, detail)
}

/** Opens a flow for editing: its newest draft, what was left unsent here, and the samples of its steps. */
export function useOpenFlow(flowId: string): Opening {
  const queryClient = useQueryClient()
  const [opening, setOpening] = useState<Opening>({ kind: 'loading' })

  useEffect(() => {
    let isCurrent = true
    let opened: OpenFlow | undefined
    const open = async () => {
      const [detail, catalog, me] = await Promise.all([
        queryClient.fetchQuery({ ...flowQuery(flowId), staleTime: 0 }),
        queryClient.ensureQueryData(catalogQuery),
        queryClient.ensureQueryData(meQuery),
      ])
      const restored = await restore(detail)
      if (!isCurrent) return
      const pending = restored.kind === 'pending' ? restored.patch : []
      const editor = createEditorStore({
        detail: { ...detail, document: applyToFlow(detail.document, pending) },
        catalog,
        readOnly: !editors.has(me.role),
      })
      const saver = createDraftSaver({
        flowId,
        document: detail.document,
        revision: detail.revision,
        pending,
        send: (patch, revision) => call('patchDraft', { params: { id: flowId }, body: { patch, revision } }),
        load: () => call('getFlow', { params: { id: flowId } }),
        onState: editor.setSave,
        onSaved({ revision, endpoints }) {
          editor.setFlow({ revision, endpoints })
          editor.adopt((document) => withAssignedPaths(document, endpoints))
        },
        storage: localStorage,
      })
      editor.onPatch(saver.add)
      if (restored.kind === 'conflict') editor.setSave({ kind: 'conflict' })
      opened = { editor, saver }
      setOpening({ kind: 'open', flow: opened })
      const { items } = await queryClient.fetchQuery({ ...samplesQuery(flowId), staleTime: 0 }).then((items) => ({ items }))
      editor.setOverlay({
        samples: new Map([
          ...items.map((sample) => [sample.stepId, sample] as const),
          ...editor.store.getState().overlay.samples,
        ]),
      })
      if (detail.publishedVersion !== null) {
        const version = await queryClient.fetchQuery(versionQuery(flowId, detail.publishedVersion))
        editor.setLive(version.document)
      }
    }
    open().catch((error: unknown) => {
      if (isCurrent && opened === undefined) setOpening({ kind: 'problem', error })
    })
    return () => {
      isCurrent = false
      opened?.saver.stop()
      void queryClient.invalidateQueries({ queryKey: ['flows'] })
      void queryClient.invalidateQueries({ queryKey: ['flow', flowId] })
    }
  }, [flowId, queryClient])

  return opening
}
