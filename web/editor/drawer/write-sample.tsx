import { useState } from 'react'
import type { Json } from '#shared/json.ts'
import type { ParamSchema } from '#shared/manifest.ts'
import { problemText } from '../../api/client.ts'
import { Button } from '../../ui/button.tsx'
import { findNode } from '../document-index.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { RawValue } from '../inspector/form/raw-value.tsx'
import { exampleFrom } from './example-from.ts'
import { keepSample } from './sample-actions.ts'

interface WriteSampleProps {
  stepId: string
  onDone: () => void
}

/** A sample made up by hand, starting from the one there is. */
export function WriteSample({ stepId, onDone }: WriteSampleProps) {
  const editor = useEditorStore()
  const sample = useEditor((state) => state.overlay.samples.get(stepId)?.value)
  const type = useEditor((state) => findNode(state.document, stepId)?.type ?? '')
  const isTrigger = useEditor((state) => state.catalog.get(type)?.role === 'trigger')
  const item = useEditor((state) =>
    state.catalog.get(type)?.polls ? state.catalog.get(type)?.output?.properties?.['body'] : undefined,
  )
  const [value, setValue] = useState<Json | undefined>(
    () => sample ?? (isTrigger ? exampleOfStart(type, item) : { name: 'Nimbus Ltd' }),
  )
  const [problem, setProblem] = useState<string>()
  const [isSaving, setIsSaving] = useState(false)

  function save(): void {
    setIsSaving(true)
    keepSample(editor, stepId, value ?? null, 'written').then(onDone, (error: unknown) => {
      setProblem(problemText(error))
      setIsSaving(false)
    })
  }

  return (
    <div className="flex flex-col gap-3 p-3">
      <RawValue
        label="The sample"
        hint="What this step would give. Later steps are tested on it."
        value={value}
        onChange={setValue}
        error={problem}
        disabled={false}
      />
      <div className="flex gap-2">
        <Button variant="primary" size="small" busy={isSaving} onClick={save}>
          Use this sample
        </Button>
        <Button variant="quiet" size="small" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </div>
  )
}

function exampleOfStart(type: string, item: ParamSchema | undefined): Json {
  const at = new Date().toISOString()
  const body = { name: 'Nimbus Ltd', qty: 3 }
  if (type === 'webhook') return { kind: type, at, method: 'POST', headers: {}, query: {}, body }
  if (type === 'email') return exampleMail(at)
  if (type === 'schedule') return { kind: type, at, scheduledAt: at, body: null }
  if (type === 'event') return { kind: type, at, name: 'order.paid', body }
  return { kind: type, at, body: item?.properties === undefined ? body : exampleFrom(item) }
}

function exampleMail(at: string): Json {
  const body = {
    subject: 'Order 7',
    from: { name: 'Nimbus Ltd', address: 'hello@nimbus.example' },
    to: [{ name: '', address: 'orders@example.com' }],
    cc: [],
    replyTo: [],
    date: at,
    text: 'Seven of them, please.',
    html: '',
    attachments: [],
    messageId: '7@nimbus.example',
    inReplyTo: '',
    references: [],
  }
  return {
    kind: 'email',
    at,
    path: 'orders',
    tag: '',
    sender: 'hello@nimbus.example',
    delivery: body.messageId,
    body,
    headers: {},
  }
}
