import { useMemo } from 'react'
import { findNode } from '../document-index.ts'
import { useStepId } from '../inspector/step-in-focus.ts'
import { useEditor } from '../store.ts'

/** The code of the step in the version that is live; or, in words, why there is none. */
export type LiveCode = { kind: 'code'; code: string } | { kind: 'none'; title: string; text: string }

export function useLiveCode(): LiveCode {
  const stepId = useStepId()
  const version = useEditor((state) => state.flow.publishedVersion)
  const live = useEditor((state) => state.live)
  return useMemo(() => {
    if (version === null)
      return { kind: 'none', title: 'Nothing is live yet', text: 'Once the flow is published, what you change is shown here.' }
    if (live === undefined) return { kind: 'none', title: 'One moment', text: `Version ${version} is being fetched.` }
    const code = findNode(live, stepId)?.params['code']
    return typeof code === 'string'
      ? { kind: 'code', code }
      : { kind: 'none', title: 'This step is new', text: `It isn’t in version ${version}: all of its code is a change.` }
  }, [version, live, stepId])
}
