import type { Json } from '#shared/json.ts'

/** What a value can be, as people choose it. */
export const valueKinds = [
  { value: 'text', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'yesNo', label: 'Yes or no' },
  { value: 'data', label: 'List or fields', detail: 'Written as in code' },
] as const
export type ValueKind = (typeof valueKinds)[number]['value']

export function kindOf(value: Json): ValueKind {
  if (typeof value === 'string') return 'text'
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'yesNo' : 'data'
}

export function textFromValue(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, kindOf(value) === 'data' ? 2 : 0)
}

/** Reads what somebody wrote as a value of that kind; gives what is wrong with it otherwise. */
export function readValue(kind: ValueKind, text: string): { value: Json } | { problem: string } {
  switch (kind) {
    case 'text':
      return { value: text }
    case 'number': {
      const number = Number(text.trim().replace(',', '.'))
      return text.trim() === '' || !Number.isFinite(number) ? { problem: 'This is not a number' } : { value: number }
    }
    case 'yesNo':
      return { value: text === 'true' }
    case 'data':
      try {
        const value: Json = JSON.parse(text)
        return { value }
      } catch {
        return { problem: 'This can’t be read. Write it like ["a", "b"] or {"name": "value"}' }
      }
  }
}
