import { useCallback, useEffect, type KeyboardEvent as ReactKeyboardEvent } from 'react'
import type { Command } from '../commands/command.ts'
import { commands } from '../commands/index.ts'
import { useEditorStore } from '../store.ts'
import { matchesKeys, type PressedKey } from './match-keys.ts'

/** Cut, copy and paste come as clipboard events, which carry the text; their keys are left to the browser. */
const byClipboard = new Set(['cut', 'paste'])
/** Inside something one types in, only these keep their meaning: the rest is for the text. */
const whileTyping = new Set(['testStep', 'openPalette', 'openPublish', 'toggleCodeFull', 'toggleCodeCompare'])
/** The editor of code has keys of its own, which may be the same ones. */
const whileCoding = new Set(['openPublish', 'toggleCodeFull', 'toggleCodeCompare'])

function commandFor(
  event: PressedKey,
  isCandidate: (command: Command) => boolean,
  isAllowed: (shortcut: string) => boolean = () => true,
): Command | undefined {
  return commands.find(
    (command) =>
      !byClipboard.has(command.id) &&
      isCandidate(command) &&
      (command.shortcuts ?? []).some((shortcut) => isAllowed(shortcut) && matchesKeys(event, shortcut)),
  )
}

/** The keys of the canvas, or of a list that stands for it. Single letters act only here (WCAG 2.1.4). */
export function useKeys(_where: 'canvas' | 'outline'): (event: ReactKeyboardEvent) => void {
  const editor = useEditorStore()
  return useCallback(
    (event) => {
      if (event.defaultPrevented || isTyping(event.target)) return
      // On a button of the canvas Enter and Space press it.
      if (
        event.target instanceof Element &&
        event.target.closest('button') !== null &&
        (event.key === 'Enter' || event.key === ' ')
      )
        return
      const command = commandFor(event, () => true)
      if (command === undefined) return
      event.preventDefault()
      event.stopPropagation()
      editor.run(command, undefined)
    },
    [editor],
  )
}

/** The keys that work on the whole page. */
export function usePageKeys(): void {
  const editor = useEditorStore()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      if (event.key === 'F6') {
        event.preventDefault()
        focusRegion(event.shiftKey ? -1 : 1)
        return
      }
      const typing = isTyping(event.target)
      const inCode = event.target instanceof Element && event.target.closest('.monaco-editor') !== null
      const command = commandFor(
        event,
        (known) => known.anywhere === true && (!typing || (inCode ? whileCoding : whileTyping).has(known.id)),
        // A plain `/` is a letter like any other while one types.
        (shortcut) => !typing || shortcut.startsWith('Ctrl+'),
      )
      if (command === undefined || editor.store.getState().session.dialog !== undefined) return
      event.preventDefault()
      editor.run(command, undefined)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [editor])
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.closest('input, textarea, select, [contenteditable="true"], .monaco-editor') !== null
}

/** F6 goes round the regions of the page. */
function focusRegion(by: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')]
  const now = regions.findIndex((region) => region.contains(document.activeElement))
  const next = regions[(now + by + regions.length) % regions.length]
  if (next === undefined) return
  const focusable =
    next.tabIndex >= 0
      ? next
      : next.querySelector<HTMLElement>('button, [href], input, textarea, [tabindex="0"]:not([role=separator])')
  ;(focusable ?? next).focus()
}
