import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { Button } from './button.tsx'
import { showToast } from './toast.ts'

interface CopyButtonProps {
  /** What is copied; what takes work to make is made when it is asked for. */
  text: string | (() => string)
  label?: string | undefined
  size?: 'small' | undefined
}

/** Puts a text on the clipboard, and says so in its own word. */
export function CopyButton({ text, label = 'Copy', size }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text())
      setCopied(true)
    } catch {
      // Browsers allow this only on https and on this machine's own address.
      showToast({
        title: 'The browser doesn’t allow copying here',
        description: 'Select the text and copy it by hand.',
        kind: 'problem',
      })
    }
  }
  return (
    <Button
      size={size}
      icon={isCopied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
      onClick={() => void copy()}
      onBlur={() => setCopied(false)}
      aria-live="polite"
    >
      {isCopied ? 'Copied' : label}
    </Button>
  )
}
