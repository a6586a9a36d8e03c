import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { findNode } from '../document-index.ts'
import { useEditor } from '../store.ts'
import { curlFor } from './curl.ts'
import { useStepId } from './step-in-focus.ts'

/** The address that starts the flow, always the same and always listening. */
export function WebhookAddress() {
  const stepId = useStepId()
  const url = useEditor((state) => state.flow.endpoints.find((endpoint) => endpoint.nodeId === stepId)?.url)
  const methods = useEditor((state) => findNode(state.document, stepId)?.params['methods'])
  const sample = useEditor((state) => state.overlay.samples.get(stepId)?.value)
  return (
    <section aria-labelledby="webhook-address" className="flex flex-col gap-1.5">
      <h2 id="webhook-address" className="text-label">
        Web address
      </h2>
      {url === undefined ? (
        <p className="text-body text-muted">It gets one as soon as the flow is saved.</p>
      ) : (
        <>
          <p className="rounded-field border border-line bg-sunken px-2.5 py-1.5 font-mono text-code break-all select-all">
            {url}
          </p>
          <div className="flex gap-2">
            <CopyButton words="Copy" text={() => url} />
            <CopyButton words="Copy as curl" text={() => curlFor(url, methods, sample)} />
          </div>
          <p className="text-small text-muted">
            Always listening. Until the flow is published, what is sent here is kept and becomes the sample.
          </p>
        </>
      )}
    </section>
  )
}

function CopyButton({ words, text }: { words: string; text: () => string }) {
  const [isCopied, setIsCopied] = useState(false)
  return (
    <Button
      size="small"
      icon={isCopied ? <Check size={15} /> : <Copy size={15} />}
      onClick={() => {
        void navigator.clipboard.writeText(text()).then(() => {
          setIsCopied(true)
          setTimeout(() => setIsCopied(false), 2000)
        })
      }}
    >
      <span aria-live="polite">{isCopied ? 'Copied' : words}</span>
    </Button>
  )
}
