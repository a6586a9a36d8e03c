import { emptyEditHistory, remember, travel } from './edit-history.ts'
import { filler, offsetFromDom, readSelection, readText, renderLayout, showSelection, type HoleHost } from './template-dom.ts'
import {
  aroundHoles,
  holeBeside,
  insertText,
  layoutOf,
  onOneLine,
  removeSelectionOrHole,
  selectedHole,
  slashOpensPicker,
  type EditState,
} from './template-edit.ts'
import type { Hole } from './template-segments.ts'

/** The type under which data is dragged from the drawer into a field: the text of a hole. */
export const holeDragType = 'application/x-holdfast-hole'

export interface TemplateEditorOptions {
  multiline: boolean
  /** The text was changed by the person. */
  onText(text: string): void
  /** Which elements stand for which holes; called whenever that changes. */
  onHoles(holes: { host: HoleHost; hole: Hole }[]): void
  /** The person wants to choose data; `typed` is what they typed for it and gets back when they don't choose. */
  onPick(typed: string): void
  /** The person wants to write a formula into the empty field. */
  onFormula(): void
  /** The person opened a pill. */
  onOpenHole(hole: Hole, element: HTMLElement): void
}

export interface TemplateEditor {
  /** Shows a text that came from elsewhere; what could be taken back is forgotten. */
  setText(text: string): void
  /** Puts text where the caret is, or was when the field was left. */
  insert(text: string): void
  /** Puts text in place of a hole. */
  replaceHole(hole: Hole, text: string): void
  focus(): void
  destroy(): void
}

/**
 * A text field with pills: the page's content is drawn from the text, and every change goes through the text, so what
 * is stored can never differ from what is shown. Only input methods write into the page themselves; what they wrote
 * is read back when they are done.
 */
export function createTemplateEditor(root: HTMLElement, options: TemplateEditorOptions): TemplateEditor {
  let state: EditState = { text: '', start: 0, end: 0 }
  let layout = layoutOf('')
  let hosts: HoleHost[] = []
  let history = emptyEditHistory
  let isComposing = false
  const listening = new AbortController()
  const { signal } = listening

  function draw(): void {
    layout = layoutOf(state.text)
    const before = hosts
    hosts = renderLayout(root, layout, hosts)
    root.toggleAttribute('data-empty', state.text === '')
    if (hosts.length !== before.length || hosts.some((host, index) => host !== before[index])) {
      options.onHoles(
        hosts.flatMap((host, index) => (layout.holes[index] === undefined ? [] : [{ host, hole: layout.holes[index] }])),
      )
    }
    if (root.contains(root.ownerDocument.activeElement)) showSelection(root, layout, state)
    markSelected()
  }

  function markSelected(): void {
    for (const [index, host] of hosts.entries()) {
      const hole = layout.holes[index]
      const isSelected =
        hole !== undefined &&
        state.start <= hole.start &&
        state.end >= hole.end &&
        root.contains(root.ownerDocument.activeElement)
      host.element.toggleAttribute('data-selected', isSelected)
    }
  }

  function change(next: EditState, isTyping = false): void {
    if (next.text !== state.text) history = remember(history, state, Date.now(), isTyping)
    const isNew = next.text !== state.text
    state = next
    draw()
    if (isNew) options.onText(state.text)
  }

  function travelTo(direction: 'back' | 'forth'): boolean {
    const step = travel(history, state, direction)
    if (step === undefined) return false
    history = step.history
    state = step.state
    draw()
    options.onText(state.text)
    return true
  }

  function selectHole(hole: Hole): void {
    state = { ...state, start: hole.start, end: hole.end }
    showSelection(root, layout, state)
    markSelected()
  }

  /** The browser tells of a moved caret a moment late; before anything is done with it the page is asked itself. */
  function readCaret(): void {
    const selected = readSelection(root, layout)
    if (selected !== undefined) state = aroundHoles({ ...state, ...selected })
  }

  function insertTyped(data: string): void {
    const isCollapsed = state.start === state.end
    // What is selected stays so until something is picked, which takes its place.
    if (data === '/' && slashOpensPicker(state.text, state.start)) return options.onPick('/')
    if (data === '=' && state.text === '') return options.onFormula()
    if (data === '{' && isCollapsed && state.text.charAt(state.start - 1) === '{') {
      change({
        text: state.text.slice(0, state.start - 1) + state.text.slice(state.start),
        start: state.start - 1,
        end: state.start - 1,
      })
      return options.onPick('{{')
    }
    change(insertText(state, data), true)
  }

  function remove(event: InputEvent, direction: 'back' | 'forward'): void {
    const beside = removeSelectionOrHole(state, direction)
    if (beside !== undefined) return change(beside)
    // The browser knows where a letter or a word begins in every script.
    const range = event.getTargetRanges()[0]
    if (range === undefined) return
    const start = offsetFromDom(root, layout, range.startContainer, range.startOffset, 'start')
    const end = offsetFromDom(root, layout, range.endContainer, range.endOffset, 'end')
    if (start < end) change(insertText(aroundHoles({ text: state.text, start, end }), ''), true)
  }

  function onBeforeInput(event: InputEvent): void {
    if (isComposing || event.isComposing) return
    event.preventDefault()
    readCaret()
    const { inputType } = event
    if (inputType === 'insertText') insertTyped(event.data ?? '')
    else if (inputType === 'insertReplacementText') replaceWord(event)
    else if (inputType === 'insertLineBreak' || inputType === 'insertParagraph') {
      if (options.multiline) change(insertText(state, '\n'))
    } else if (inputType === 'historyUndo') travelTo('back')
    else if (inputType === 'historyRedo') travelTo('forth')
    else if (inputType.startsWith('delete')) remove(event, inputType.endsWith('Forward') ? 'forward' : 'back')
  }

  /** A spelling correction names the word it replaces. */
  function replaceWord(event: InputEvent): void {
    const range = event.getTargetRanges()[0]
    const word = event.data ?? event.dataTransfer?.getData('text/plain') ?? ''
    if (range === undefined || word === '') return
    const start = offsetFromDom(root, layout, range.startContainer, range.startOffset, 'start')
    const end = offsetFromDom(root, layout, range.endContainer, range.endOffset, 'end')
    change(insertText({ text: state.text, start, end }, word))
  }

  function readBack(): void {
    const text = readText(root, state.text, layout, hosts, options.multiline)
    const selection = root.ownerDocument.getSelection()
    // The layout is the old one, but places inside one text are told by the text alone.
    const place = selection?.focusNode instanceof Text ? caretInText(selection.focusNode, selection.focusOffset) : text.length
    change({ text, start: place, end: place }, true)
  }

  function caretInText(node: Text, offset: number): number {
    let before = 0
    let hole = 0
    for (const child of root.childNodes) {
      if (child === node) return before + node.data.slice(0, offset).replaceAll(filler, '').length
      if (child instanceof Text) before += child.data.replaceAll(filler, '').length
      else {
        const known = layout.holes[hole++]
        before += known === undefined ? 0 : known.end - known.start
      }
    }
    return before
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing) return
    const isCommand = event.ctrlKey || event.metaKey
    const key = event.key.toLowerCase()
    if (isCommand && !event.altKey && (key === 'z' || key === 'y')) {
      if (travelTo(key === 'y' || event.shiftKey ? 'forth' : 'back')) {
        event.preventDefault()
        event.stopPropagation()
      }
      return
    }
    if (event.key === 'Enter' && !isCommand) {
      const hole = selectedHole(state)
      const host = hosts.find((_, index) => layout.holes[index] === layout.holes.find((known) => known.start === hole?.start))
      if (hole === undefined || host === undefined) return
      event.preventDefault()
      options.onOpenHole(hole, host.element)
      return
    }
    if (!isCommand && !event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) moveOverHole(event)
  }

  /** An arrow key at a pill first selects it, so it can be opened or removed, and then goes past it. */
  function moveOverHole(event: KeyboardEvent): void {
    readCaret()
    const isForward = event.key === 'ArrowRight'
    if (event.shiftKey) return extendOverHole(event, isForward)
    const within = selectedHole(state)
    if (within !== undefined) {
      event.preventDefault()
      const place = isForward ? within.end : within.start
      state = { ...state, start: place, end: place }
      showSelection(root, layout, state)
      return markSelected()
    }
    const beside = state.start === state.end ? holeBeside(state.text, state.start, isForward ? 'forward' : 'back') : undefined
    if (beside === undefined) return
    event.preventDefault()
    selectHole(beside)
  }

  function extendOverHole(event: KeyboardEvent, isForward: boolean): void {
    const selection = root.ownerDocument.getSelection()
    if (selection === null || selection.focusNode === null) return
    const focus = offsetFromDom(root, layout, selection.focusNode, selection.focusOffset, 'start')
    const hole = holeBeside(state.text, focus, isForward ? 'forward' : 'back')
    const slot = layout.slots.findIndex(
      (known) => known.start === (isForward ? hole?.end : undefined) || known.end === (isForward ? undefined : hole?.start),
    )
    const node = root.childNodes[slot * 2]
    if (hole === undefined || node === undefined) return
    event.preventDefault()
    const text = layout.slots[slot]?.text ?? ''
    selection.extend(node, isForward ? 0 : text.length)
  }

  function onCopy(event: ClipboardEvent): void {
    readCaret()
    const { text, start, end } = state
    if (start === end) return
    event.preventDefault()
    event.clipboardData?.setData('text/plain', text.slice(start, end))
    if (event.type === 'cut') change(insertText(state, ''))
  }

  function onPaste(event: ClipboardEvent): void {
    event.preventDefault()
    readCaret()
    const text = event.clipboardData?.getData('text/plain') ?? ''
    if (text !== '') change(insertText(state, options.multiline ? text.replaceAll(/\r\n?/g, '\n') : onOneLine(text)))
  }

  function onDrop(event: DragEvent): void {
    const transfer = event.dataTransfer
    const dropped = transfer?.getData(holeDragType) || transfer?.getData('text/plain') || ''
    event.preventDefault()
    if (dropped === '') return
    const place = root.ownerDocument.caretPositionFromPoint(event.clientX, event.clientY)
    const isInside = place !== null && root.contains(place.offsetNode)
    const at = isInside ? offsetFromDom(root, layout, place.offsetNode, place.offset, 'end') : state.text.length
    root.focus()
    change(insertText({ text: state.text, start: at, end: at }, options.multiline ? dropped : onOneLine(dropped)))
  }

  function onClick(event: MouseEvent): void {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-hole]') : null
    const hole = layout.holes[hosts.findIndex((host) => host.element === element)]
    if (element === null || hole === undefined) return
    root.focus()
    selectHole(hole)
    options.onOpenHole(hole, element)
  }

  root.addEventListener('beforeinput', onBeforeInput, { signal })
  root.addEventListener('compositionstart', () => (isComposing = true), { signal })
  root.addEventListener(
    'compositionend',
    () => {
      isComposing = false
      readBack()
    },
    { signal },
  )
  // Whatever wrote into the page without asking (extensions, some keyboards on phones) is read back too.
  root.addEventListener('input', () => !isComposing && readBack(), { signal })
  root.addEventListener('keydown', onKeyDown, { signal })
  root.addEventListener('copy', onCopy, { signal })
  root.addEventListener('cut', onCopy, { signal })
  root.addEventListener('paste', onPaste, { signal })
  root.addEventListener('dragover', (event) => event.preventDefault(), { signal })
  root.addEventListener('drop', onDrop, { signal })
  root.addEventListener('click', onClick, { signal })
  root.addEventListener('blur', markSelected, { signal })
  root.ownerDocument.addEventListener(
    'selectionchange',
    () => {
      if (isComposing || root.ownerDocument.activeElement !== root) return
      const selected = readSelection(root, layout)
      if (selected === undefined) return
      state = { ...state, ...selected }
      markSelected()
    },
    { signal },
  )
  draw()

  return {
    setText(text) {
      if (text === state.text) return
      history = emptyEditHistory
      const place = Math.min(state.start, text.length)
      state = aroundHoles({ text, start: place, end: place })
      state = { ...state, start: state.end }
      draw()
    },
    insert(text) {
      change(insertText(state, options.multiline ? text : onOneLine(text)))
    },
    replaceHole(hole, text) {
      change(insertText({ text: state.text, start: hole.start, end: hole.end }, text))
    },
    focus() {
      root.focus()
      showSelection(root, layout, state)
    },
    destroy: () => listening.abort(),
  }
}
