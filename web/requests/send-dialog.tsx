import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'

interface SendDialogProps {
  open: boolean
  version: number
  /** It started a run before. */
  isAgain: boolean
  busy: boolean
  onSend: () => void
  onClose: () => void
}

/** Asks before a request is sent to the live version: what the flow does then is done for real. */
export function SendDialog({ open, version, isAgain, busy, onSend, onClose }: SendDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={isAgain ? 'Send it through once more?' : 'Send it through?'}
      description={
        isAgain
          ? `This request has started a run before. Version ${version} starts another one, and what its steps do in other systems is done again.`
          : `Version ${version} starts a run with this request, and what its steps do in other systems is done for real.`
      }
      footer={
        <>
          <Button onClick={onClose}>Don’t send</Button>
          <Button variant="primary" busy={busy} onClick={onSend}>
            Send through version {version}
          </Button>
        </>
      }
    />
  )
}
