import { Notice } from '../../ui/notice.tsx'
import { useEditor } from '../store.ts'
import { StartAddress } from './start-address.tsx'
import { useStepId } from './step-in-focus.ts'
import { useFate } from './use-fate.ts'

const fates = {
  sample: 'Until the flow is published, what is sent here is kept and becomes the sample.',
  run: 'Each mail starts a run of the version that is live.',
  kept: 'While the flow is off or paused, each mail is kept and starts nothing.',
}

/** Where e-mail for the flow is sent, and whether anybody is there to take it. */
export function MailAddress() {
  const stepId = useStepId()
  const fate = useFate()
  const endpoint = useEditor((state) => state.flow.endpoints.find(({ nodeId, kind }) => nodeId === stepId && kind === 'email'))
  const address = endpoint?.url.slice('mailto:'.length)
  return (
    <StartAddress title="E-mail address" address={address}>
      {endpoint?.listening === false && (
        <Notice tone="waiting" title="This server takes no e-mail yet">
          Nothing that is sent here arrives. Whoever runs the server turns it on with the setting{' '}
          <code className="font-mono text-code">HOLDFAST_MAIL_PORT</code> and starts it again; the page “E-mail that starts flows”
          of the documentation says how.
        </Notice>
      )}
      <p className="text-small text-muted">
        {fates[fate]} With a plus, as in <span className="font-mono text-code break-all">{address?.replace('@', '+eu@')}</span>,
        later steps see the word behind it as the tag.
      </p>
    </StartAddress>
  )
}
