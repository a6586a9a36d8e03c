import { ExternalLink } from 'lucide-react'
import { buttonClass } from '../../ui/button.tsx'
import { useEditor } from '../store.ts'
import { StartAddress } from './start-address.tsx'
import { useStepId } from './step-in-focus.ts'
import { useFate } from './use-fate.ts'

/** Where the form can be filled in. */
export function FormAddress() {
  const stepId = useStepId()
  const fate = useFate()
  const url = useEditor((state) => state.flow.endpoints.find((endpoint) => endpoint.nodeId === stepId)?.url)
  return (
    <StartAddress
      title="Page"
      address={url}
      tools={
        <a href={url} target="_blank" rel="noreferrer" className={buttonClass({ size: 'small' })}>
          <ExternalLink size={15} aria-hidden />
          Open form
        </a>
      }
    >
      <p className="text-small text-muted">
        {fate !== 'sample'
          ? 'The page shows the version that is live. What you change here is on it once you publish.'
          : 'The page shows what is saved. Until the flow is published, what is sent becomes the sample.'}
      </p>
    </StartAddress>
  )
}
