import type { Json } from '#shared/json.ts'

export type TypeWord = 'text' | 'number' | 'yes/no' | 'date' | 'list' | 'group' | 'file' | 'empty'

const isoDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/

/** The plain word for what a value is. */
export function typeWord(value: Json | undefined): TypeWord {
  if (value === undefined || value === null) return 'empty'
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'yes/no'
  if (typeof value === 'string') return isoDate.test(value) ? 'date' : 'text'
  if (Array.isArray(value)) return 'list'
  return '$file' in value ? 'file' : 'group'
}

/**
 * A value in one short line of plain words: `Nimbus Ltd`, `1250`, `yes`, `3 items`, `2 fields`.
 * Never reads more of a big value than it shows.
 */
export function shortValue(value: Json | undefined, maxLength = 60): string {
  if (value === undefined || value === null) return 'empty'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return value === '' ? 'empty text' : shortText(value, maxLength)
  if (Array.isArray(value)) return value.length === 1 ? '1 item' : `${value.length} items`
  if (typeof value['name'] === 'string' && '$file' in value) return shortText(value['name'], maxLength)
  const count = Object.keys(value).length
  return count === 1 ? '1 field' : `${count} fields`
}

export function shortText(text: string, maxLength: number): string {
  // A sample may be megabytes of text; the slice keeps the replace below away from the rest of it.
  const start = text
    .slice(0, maxLength * 2)
    .replaceAll(/\s+/g, ' ')
    .trim()
  return start.length > maxLength || text.length > maxLength * 2 ? `${start.slice(0, maxLength - 1).trimEnd()}…` : start
}

/** `0.9 KB`, `2.1 MB`. */
export function sizeWords(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} KB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** `40 ms`, `0.4 s`, `2 min 5 s`. */
export function timeWords(ms: number): string {
  if (ms < 100) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1).replace('.0', '')} s`
  const seconds = Math.round(ms / 1000)
  const rest = seconds % 60
  return rest === 0 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 60)} min ${rest} s`
}

/** How long ago something was: `just now`, `5 min ago`, `2 h ago`, `3 days ago`. */
export function agoWords(at: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(at)) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  if (minutes < 60 * 24) return `${Math.floor(minutes / 60)} h ago`
  const days = Math.floor(minutes / (60 * 24))
  return days === 1 ? 'yesterday' : `${days} days ago`
}
