import type { Json } from './json.ts'

/**
 * A file that came with a form. Only the server makes one, of bytes it was sent: a value that merely looks like it,
 * and may name somebody else's file, is none.
 */
export class SentFile {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly size: number
  constructor(file: { id: string; name: string; type: string; size: number }) {
    this.id = file.id
    this.name = file.name
    this.type = file.type
    this.size = file.size
  }

  /** As it stands in a run's data. */
  get inData(): { [name: string]: Json } {
    return { $file: this.id, name: this.name, type: this.type, size: this.size }
  }
}
