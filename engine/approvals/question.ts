import { AppError } from '#shared/errors.ts'
import { FormFields } from '#shared/form-field.ts'
import type { FormField } from '#shared/form-field.ts'
import type { Json } from '#shared/json.ts'

/** What people are asked, worked out. */
export interface Question {
  title: string
  message: string
  /** Members by id, others by e-mail address; undefined: whoever has the link. */
  approvers: string[] | undefined
  fields: FormField[]
  /** How many have to approve. */
  required: number
  excludesRequester: boolean
  onTimeout: 'route' | 'approve' | 'reject'
}

const mostText = 100_000
const mostTitle = 1000

/** Reads a question as a step or code asks it. Throws `invalid_input` for one that nobody could answer. */
export function questionFrom(input: { [name: string]: Json }, asker: string): Question {
  const { title, message, approvers, fields, required, excludeRequester, onTimeout } = input
  const read = FormFields.safeParse(fields ?? [])
  if (!read.success) throw refused(asker, `what may be filled in is not described well (${read.error.issues[0]?.message ?? ''})`)
  const question: Question = {
    title: textOf(title, mostTitle),
    message: textOf(message, mostText),
    approvers: approversFrom(approvers, asker),
    fields: read.data,
    required: required === undefined ? 1 : Number(required),
    excludesRequester: excludeRequester === true,
    onTimeout: onTimeout === 'approve' || onTimeout === 'reject' ? onTimeout : 'route',
  }
  if (question.title.trim() === '') throw refused(asker, 'the question is empty')
  if (!Number.isInteger(question.required) || question.required < 1)
    throw refused(asker, 'the number of people who must approve is not a whole number above 0')
  if (question.approvers && question.required > question.approvers.length)
    throw refused(asker, `${question.required} people must approve, but only ${question.approvers.length} may answer`)
  return question
}

/** Those named as approvers, each once, as they are looked up; undefined when nobody is named. */
export function approversFrom(value: Json | undefined, asker: string): string[] | undefined {
  if (value === undefined || value === null) return undefined
  // One hole among the names may have given a list of its own.
  const named = (Array.isArray(value) ? value : [value]).flat(1)
  const names = named.filter((name) => name !== null && name !== '').map((name) => approverFrom(name, asker))
  if (named.length > 0 && names.length === 0) throw refused(asker, 'nobody is named who may answer')
  return names.length === 0 ? undefined : [...new Set(names)]
}

function approverFrom(value: Json | undefined, asker: string): string {
  const name = typeof value === 'string' ? value.trim() : ''
  if (isMemberId(name)) return name
  if (isEmail(name)) return name.toLowerCase()
  throw refused(asker, `"${name.slice(0, 100)}" is neither an e-mail address nor a member`)
}

export function isMemberId(name: string): boolean {
  return /^user_[0-9a-z]+$/.test(name)
}

export function isEmail(name: string): boolean {
  return name.length <= 320 && /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/.test(name)
}

function textOf(value: Json | undefined, most: number): string {
  const text = value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value)
  return text.slice(0, most)
}

function refused(asker: string, why: string): AppError {
  return new AppError('invalid_input', `Step "${asker}" can’t ask: ${why}. Change the step, or what it is given.`)
}
