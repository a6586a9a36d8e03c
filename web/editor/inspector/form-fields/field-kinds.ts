import {
  AlignLeft,
  Calendar,
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

interface FieldKind {
  type: FormField['type']
  label: string
  icon: LucideIcon
}

/** What a form can ask for, in the order it is offered. */
export const fieldKinds: readonly FieldKind[] = [
  { type: 'text', label: 'Text', icon: Type },
  { type: 'longText', label: 'Long text', icon: AlignLeft },
  { type: 'number', label: 'Number', icon: Hash },
  { type: 'date', label: 'Date', icon: Calendar },
  { type: 'choice', label: 'One of several', icon: CircleDot },
  { type: 'choices', label: 'Any of several', icon: ListChecks },
  { type: 'boolean', label: 'Yes or no', icon: ToggleLeft },
  { type: 'file', label: 'File', icon: Paperclip },
  { type: 'hidden', label: 'Hidden', icon: EyeOff },
]

const plainText: FieldKind = { type: 'text', label: 'Text', icon: Type }

export function kindOf(type: FormField['type']): FieldKind {
  return fieldKinds.find((kind) => kind.type === type) ?? plainText
}
