import { useState } from 'react'
import { ReachChoice } from '../../settings/reach-choice.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { setReach } from '../commands/flow-fields.ts'
import { useEditor, useEditorStore } from '../store.ts'

const words = {
  anywhere: 'Wherever this workspace may',
  anywhereHint: 'What an admin set for all flows under Settings, Calls outside.',
  none: 'With an empty list no step of this flow can call anything.',
}

/** What holds for the flow as a whole. Like every change of the draft it goes live with the next version. */
export function FlowSettingsDialog() {
  const editor = useEditorStore()
  const saved = useEditor((state) => state.document.settings.egress?.allow)
  const isLive = useEditor((state) => state.flow.publishedVersion !== null)
  const [allow, setAllow] = useState<readonly string[] | null>(saved ?? null)
  const isChanged = JSON.stringify(allow) !== JSON.stringify(saved ?? null)
  const close = () => editor.setSession({ dialog: undefined })
  return (
    <Dialog
      open
      size="medium"
      onOpenChange={(open) => !open && close()}
      title="Settings of this flow"
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" form="flow-settings" variant="primary" disabled={!isChanged}>
            Save
          </Button>
        </>
      }
    >
      <form
        id="flow-settings"
        onSubmit={(event) => {
          event.preventDefault()
          if (isChanged) editor.run(setReach, { allow })
          close()
        }}
      >
        <h3 className="text-label">Where its steps may call</h3>
        <p className="mt-0.5 mb-3 text-body text-muted">
          Keep this flow to the hosts it needs, and nothing it holds can be sent anywhere else. It can only narrow what the
          workspace allows.
        </p>
        <ReachChoice allow={allow} onChange={setAllow} words={words} />
        {isLive && <p className="mt-4 text-small text-muted">It holds for runs of the version you publish next.</p>}
      </form>
    </Dialog>
  )
}
