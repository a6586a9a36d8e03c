import type { Json } from '#shared/json.ts'

export interface RawText {
  text: string
  /** Whether there is more than was written. */
  isCut: boolean
}

/**
 * A value as indented text, at most about `limit` characters of it. Stops as soon as it has them, so the first lines of
 * 10 MB cost no more than those of 10 KB.
 */
export function rawText(value: Json, limit: number): RawText {
  const writer = new Writer(limit)
  writer.value(value, '')
  return { text: writer.text, isCut: writer.isFull }
}

class Writer {
  text = ''
  isFull = false
  private readonly limit: number

  constructor(limit: number) {
    this.limit = limit
  }

  value(value: Json, indent: string): void {
    if (Array.isArray(value)) this.list(value, indent)
    else if (typeof value === 'object' && value !== null) this.group(value, indent)
    else if (typeof value === 'string' && value.length > this.limit) {
      this.put(JSON.stringify(value.slice(0, this.limit)))
      this.isFull = true
    } else this.put(JSON.stringify(value))
  }

  private list(items: readonly Json[], indent: string): void {
    if (items.length === 0) return this.put('[]')
    this.put('[')
    for (const [index, item] of items.entries()) {
      if (this.isFull) return
      this.put(`${index === 0 ? '' : ','}\n${indent}  `)
      this.value(item, `${indent}  `)
    }
    this.put(`\n${indent}]`)
  }

  private group(fields: { [name: string]: Json }, indent: string): void {
    const names = Object.keys(fields)
    if (names.length === 0) return this.put('{}')
    this.put('{')
    for (const [index, name] of names.entries()) {
      if (this.isFull) return
      this.put(`${index === 0 ? '' : ','}\n${indent}  ${JSON.stringify(name)}: `)
      this.value(fields[name] ?? null, `${indent}  `)
    }
    this.put(`\n${indent}}`)
  }

  private put(part: string): void {
    if (this.isFull) return
    const room = this.limit - this.text.length
    if (part.length > room) {
      this.text += part.slice(0, room)
      this.isFull = true
    } else this.text += part
  }
}
