import { isHole, segmentsOf, type Hole, type Segment } from './template-segments.ts'

/** The text of a field and what is selected in it, in places of the stored text. */
export interface EditState {
  text: string
  start: number
  end: number
}

/** A stretch of text between holes, perhaps empty: before, between and after every hole there is one to type in. */
export interface Slot {
  text: string
  start: number
  end: number
}

/** The segments as they lie in the field: slot, hole, slot, hole, …, slot. */
export interface Layout {
  slots: Slot[]
  holes: Hole[]
}

export function layoutOf(text: string, segments: readonly Segment[] = segmentsOf(text)): Layout {
  const slots: Slot[] = []
  const holes: Hole[] = []
  let slot: Slot = { text: '', start: 0, end: 0 }
  for (const segment of segments) {
    if (isHole(segment)) {
      slots.push(slot)
      holes.push(segment)
      slot = { text: '', start: segment.end, end: segment.end }
    } else slot = { text: segment.text, start: segment.start, end: segment.end }
  }
  slots.push(slot)
  return { slots, holes }
}

/** Puts text in place of what is selected; the caret ends up behind it. */
export function insertText(state: EditState, inserted: string): EditState {
  const { start, end } = aroundHoles(state)
  const caret = start + inserted.length
  return { text: state.text.slice(0, start) + inserted + state.text.slice(end), start: caret, end: caret }
}

/** Removes what is selected, or the hole beside the caret in this direction; undefined when there is neither. */
export function removeSelectionOrHole(state: EditState, direction: 'back' | 'forward'): EditState | undefined {
  if (state.start !== state.end) return insertText(state, '')
  const hole = holeBeside(state.text, state.start, direction)
  return hole === undefined ? undefined : insertText({ text: state.text, start: hole.start, end: hole.end }, '')
}

/** The hole that ends (back) or begins (forward) exactly at this place. */
export function holeBeside(text: string, at: number, direction: 'back' | 'forward'): Hole | undefined {
  return layoutOf(text).holes.find((hole) => (direction === 'back' ? hole.end === at : hole.start === at))
}

/** The hole that is selected, alone and whole. */
export function selectedHole({ text, start, end }: EditState): Hole | undefined {
  return start === end ? undefined : layoutOf(text).holes.find((hole) => hole.start === start && hole.end === end)
}

/** A selection never cuts a hole: one that begins or ends inside takes in all of it. */
export function aroundHoles(state: EditState): EditState {
  let { start, end } = state
  for (const hole of layoutOf(state.text).holes) {
    if (start > hole.start && start < hole.end) start = hole.start
    if (end > hole.start && end < hole.end) end = hole.end
  }
  return { text: state.text, start, end }
}

/** Whether `/` typed here asks for data: at the start of a word only, so that addresses can be typed. */
export function slashOpensPicker(text: string, at: number): boolean {
  return at === 0 || /\s/.test(text.charAt(at - 1))
}

/** What a one-line field keeps of pasted text. */
export function onOneLine(text: string): string {
  return text.replaceAll(/\r\n?|\n/g, ' ')
}
