import { onOneLine, type EditState, type Layout } from './template-edit.ts'

/**
 * Browsers place no caret beside something that can't be edited, nor on an empty last line, unless there is a letter.
 * This one has no width and, unlike a zero-width space, lets no line break at it.
 */
export const filler = '\u2060'

/** An element of the field that stands for a hole; React draws the pill into it. */
export interface HoleHost {
  element: HTMLElement
  source: string
  /** Stays the same while the element lives. */
  key: number
}

let nextKey = 0

/**
 * Makes the field's content say what the layout says: text, host, text, host, …, text. Hosts of holes that stay are
 * kept, so pills are not drawn anew with each letter; nothing is touched that is right already.
 */
export function renderLayout(root: HTMLElement, layout: Layout, hosts: readonly HoleHost[]): HoleHost[] {
  const free = [...hosts]
  const next = layout.holes.map((hole) => {
    const known = free.findIndex((host) => host.source === hole.source)
    return (known === -1 ? undefined : free.splice(known, 1)[0]) ?? newHost(hole.source)
  })
  const wanted: Node[] = []
  for (const [index, slot] of layout.slots.entries()) {
    const shown = slot.text === '' || slot.text.endsWith('\n') ? slot.text + filler : slot.text
    const present = root.childNodes[index * 2]
    if (present instanceof Text) {
      if (present.data !== shown) present.data = shown
      wanted.push(present)
    } else wanted.push(document.createTextNode(shown))
    const host = next[index]
    if (host !== undefined) wanted.push(host.element)
  }
  const isSame = wanted.length === root.childNodes.length && wanted.every((node, index) => root.childNodes[index] === node)
  if (!isSame) root.replaceChildren(...wanted)
  return next
}

function newHost(source: string): HoleHost {
  const element = document.createElement('span')
  element.contentEditable = 'false'
  element.dataset['hole'] = source
  element.className = 'mx-px inline-block max-w-full align-bottom select-none'
  return { element, source, key: nextKey++ }
}

/** What the field's content says, after the browser itself has written into it (input methods, spelling corrections). */
export function readText(
  root: HTMLElement,
  before: string,
  layout: Layout,
  hosts: readonly HoleHost[],
  multiline: boolean,
): string {
  const holes = new Map(hosts.map((host, index) => [host.element as Node, layout.holes[index]]))
  let text = ''
  for (const node of root.childNodes) {
    const hole = holes.get(node)
    if (hole !== undefined) text += before.slice(hole.start, hole.end)
    else if (node instanceof HTMLBRElement) text += '\n'
    else text += (node.textContent ?? '').replaceAll(filler, '')
  }
  return multiline ? text : onOneLine(text)
}

/** The place in the stored text that a place in the page stands for. */
export function offsetFromDom(root: HTMLElement, layout: Layout, container: Node, offset: number, edge: 'start' | 'end'): number {
  if (container === root) {
    const slot = layout.slots[Math.floor((offset + 1) / 2)]
    if (slot === undefined) return layout.slots.at(-1)?.end ?? 0
    // An even index lies before a text, an odd one before a hole, that is behind the text before it.
    return offset % 2 === 0 ? slot.start : (layout.slots[(offset - 1) / 2]?.end ?? slot.start)
  }
  let child: Node = container
  while (child.parentNode !== root && child.parentNode !== null) child = child.parentNode
  const index = [...root.childNodes].findIndex((known) => known === child)
  if (index % 2 === 1) {
    const hole = layout.holes[(index - 1) / 2]
    return (edge === 'start' ? hole?.start : hole?.end) ?? 0
  }
  const slot = layout.slots[index / 2]
  return slot === undefined ? (layout.slots.at(-1)?.end ?? 0) : slot.start + Math.min(offset, slot.text.length)
}

/** Puts the caret or selection where the state says, if it isn't there already. */
export function showSelection(root: HTMLElement, layout: Layout, { start, end }: EditState): void {
  const selection = root.ownerDocument.getSelection()
  if (selection === null) return
  const from = placeInDom(root, layout, start, 'start')
  const to = start === end ? from : placeInDom(root, layout, end, 'end')
  const isThere =
    selection.anchorNode === from.node &&
    selection.anchorOffset === from.offset &&
    selection.focusNode === to.node &&
    selection.focusOffset === to.offset
  if (!isThere) selection.setBaseAndExtent(from.node, from.offset, to.node, to.offset)
}

function placeInDom(root: HTMLElement, layout: Layout, offset: number, edge: 'start' | 'end'): { node: Node; offset: number } {
  // Beside a hole there are two slots that hold the place; the one whose text it ends is drawn on the same line.
  const index = layout.slots.findIndex((slot) => offset <= slot.end && offset >= slot.start)
  const slot = layout.slots[index]
  const node = root.childNodes[index * 2]
  if (slot === undefined || node === undefined) return { node: root, offset: edge === 'start' ? 0 : root.childNodes.length }
  return { node, offset: slot.text === '' ? (node.textContent?.length ?? 0) : offset - slot.start }
}

/** What is selected on the page, in places of the stored text; undefined when it is not in this field. */
export function readSelection(root: HTMLElement, layout: Layout): { start: number; end: number } | undefined {
  const selection = root.ownerDocument.getSelection()
  if (selection === null || selection.rangeCount === 0) return undefined
  const range = selection.getRangeAt(0)
  if (!root.contains(range.startContainer) || !root.contains(range.endContainer)) return undefined
  return {
    start: offsetFromDom(root, layout, range.startContainer, range.startOffset, 'start'),
    end: offsetFromDom(root, layout, range.endContainer, range.endOffset, range.collapsed ? 'start' : 'end'),
  }
}
