import { CopyButton } from '../../ui/copy-button.tsx'
import { findNode } from '../document-index.ts'
import { useEditor } from '../store.ts'
import { curlFor } from './curl.ts'
import { StartAddress } from './start-address.tsx'
import { useStepId } from './step-in-focus.ts'
import { useFate } from './use-fate.ts'

const fates = {
  sample: 'Until the flow is published, what is sent here is kept and becomes the sample.',
  run: 'What is sent here starts a run of the version that is live.',
  kept: 'While the flow is off or paused, what is sent here is kept and starts nothing.',
}

/** The address that starts the flow, always the same and always listening. */
export function WebhookAddress() {
  const stepId = useStepId()
  const fate = useFate()
  const url = useEditor((state) => state.flow.endpoints.find((endpoint) => endpoint.nodeId === stepId)?.url)
  const methods = useEditor((state) => findNode(state.document, stepId)?.params['methods'])
  const sample = useEditor((state) => state.overlay.samples.get(stepId)?.value)
  return (
    <StartAddress
      title="Web address"
      address={url}
      tools={url !== undefined && <CopyButton size="small" label="Copy as curl" text={() => curlFor(url, methods, sample)} />}
    >
      <p className="text-small text-muted">Always listening. {fates[fate]}</p>
    </StartAddress>
  )
}
