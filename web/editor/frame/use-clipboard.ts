import { useEffect } from 'react'
import { copiedText, cut, paste } from '../commands/clipboard.ts'
import { showToast } from '../../ui/toast.ts'
import { isTyping } from '../keys/use-keys.ts'
import { useEditorStore } from '../store.ts'

/** Copy, cut and paste of steps as text, wherever the focus is but in something one types in. */
export function useClipboard(): void {
  const editor = useEditorStore()
  useEffect(() => {
    const isOurs = (event: ClipboardEvent) => !isTyping(event.target) && editor.store.getState().session.dialog === undefined
    const onCopy = (event: ClipboardEvent) => {
      // A sentence somebody marked on the page is what they want to copy.
      if (!isOurs(event) || document.getSelection()?.isCollapsed === false) return
      const text = copiedText(editor.store.getState())
      if (text === undefined) return
      event.clipboardData?.setData('text/plain', text)
      event.preventDefault()
      if (event.type === 'cut') editor.run(cut, undefined)
      else editor.announce('Copied')
    }
    const onPaste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData('text/plain') ?? ''
      if (!isOurs(event) || editor.store.getState().language?.readCopied(text) === undefined) return
      event.preventDefault()
      if (editor.run(paste, { text })) showToast({ title: editor.store.getState().session.announcement.text, id: 'pasted' })
    }
    document.addEventListener('copy', onCopy)
    document.addEventListener('cut', onCopy)
    document.addEventListener('paste', onPaste)
    return () => {
      document.removeEventListener('copy', onCopy)
      document.removeEventListener('cut', onCopy)
      document.removeEventListener('paste', onPaste)
    }
  }, [editor])
}
