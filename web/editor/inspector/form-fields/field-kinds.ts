import {
  AlignLeft,
  Calendar,
  CalendarClock,
  CircleDot,
  EyeOff,
  Hash,
  ListChecks,
  Paperclip,
  ToggleLeft,
  Type,
  type LucideIcon,
} from 'lucide-react'
import type { FormField } from '#shared/form-field.ts'

/** What a field can be drawn as: what forms ask for, and what only a start by hand does. */
export type DrawnType = FormField['type'] | 'dateTime'

interface FieldKind {
  type: DrawnType
  label: string
  icon: LucideIcon
}

/** What can be asked for, in the order it is offered. */
export const fieldKinds: readonly FieldKind[] = [
  { type: 'text', label: 'Text', icon: Type },
  { type: 'longText', label: 'Long text', icon: AlignLeft },
  { type: 'number', label: 'Number', icon: Hash },
  { type: 'date', label: 'Date', icon: Calendar },
  { type: 'dateTime', label: 'Date and time', icon: CalendarClock },
  { type: 'choice', label: 'One of several', icon: CircleDot },
  { type: 'choices', label: 'Any of several', icon: ListChecks },
  { type: 'boolean', label: 'Yes or no', icon: ToggleLeft },
  { type: 'file', label: 'File', icon: Paperclip },
  { type: 'hidden', label: 'Hidden', icon: EyeOff },
]

const plainText: FieldKind = { type: 'text', label: 'Text', icon: Type }

export function kindOf(type: DrawnType): FieldKind {
  return fieldKinds.find((kind) => kind.type === type) ?? plainText
}
