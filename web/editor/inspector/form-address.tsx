import { Check, Copy, ExternalLink } from 'lucide-react'
import { useState } from 'react'
import { Button, buttonClass } from '../../ui/button.tsx'
import { useEditor } from '../store.ts'
import { useStepId } from './step-in-focus.ts'

/** Where the form can be filled in. */
export function FormAddress() {
  const stepId = useStepId()
  const url = useEditor((state) => state.flow.endpoints.find((endpoint) => endpoint.nodeId === stepId)?.url)
  const [isCopied, setIsCopied] = useState(false)
  const copy = (text: string) =>
    navigator.clipboard.writeText(text).then(() => {
      setIsCopied(true)
      setTimeout(() => setIsCopied(false), 2000)
    })
  return (
    <section aria-labelledby="form-address" className="flex flex-col gap-1.5">
      <h2 id="form-address" className="text-label">
        Page
      </h2>
      {url === undefined ? (
        <p className="text-body text-muted">It gets an address as soon as the flow is saved.</p>
      ) : (
        <>
          <p className="rounded-field border border-line bg-sunken px-2.5 py-1.5 font-mono text-code break-all select-all">
            {url}
          </p>
          <div className="flex gap-2">
            <a href={url} target="_blank" rel="noreferrer" className={buttonClass({ size: 'small' })}>
              <ExternalLink size={15} aria-hidden />
              Open form
            </a>
            <Button size="small" icon={isCopied ? <Check size={15} /> : <Copy size={15} />} onClick={() => void copy(url)}>
              <span aria-live="polite">{isCopied ? 'Copied' : 'Copy'}</span>
            </Button>
          </div>
          <p className="text-small text-muted">
            The page shows what is saved. Until the flow is published, what is sent becomes the sample.
          </p>
        </>
      )}
    </section>
  )
}
