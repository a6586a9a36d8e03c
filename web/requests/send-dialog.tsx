import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'

interface SendDialogProps {
  open: boolean
  title: string
  description: string
  /** What the button that does it says. */
  action: string
  busy: boolean
  onSend: () => void
  onClose: () => void
}

/** Asks before something is sent to the live version: what the flow does then is done for real. */
export function SendDialog({ open, title, description, action, busy, onSend, onClose }: SendDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>Don’t send</Button>
          <Button variant="primary" busy={busy} onClick={onSend}>
            {action}
          </Button>
        </>
      }
    />
  )
}
