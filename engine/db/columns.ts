import { quoted } from './array-literal.ts'

interface TextColumn {
  add(value: string | null): void
  /** The column as one parameter, or null when there is nothing in it. */
  literal(): string | null
}

interface PlainColumn {
  add(value: number | boolean | null): void
  literal(): string | null
}

type Columns<Kinds extends readonly ('text' | 'plain')[]> = {
  [Place in keyof Kinds]: Kinds[Place] extends 'text' ? TextColumn : PlainColumn
}

/** Columns of many rows as PostgreSQL array literals, written value by value without a list in between. */
export function createColumns<const Kinds extends readonly ('text' | 'plain')[]>(kinds: Kinds): Columns<Kinds>
export function createColumns(kinds: readonly ('text' | 'plain')[]): (TextColumn | PlainColumn)[] {
  return kinds.map((kind) => (kind === 'text' ? new Text() : new Plain()))
}

// Classes, because every column of every flush is one and they share their methods.
class Text implements TextColumn {
  private text = ''

  add(value: string | null): void {
    this.text += value === null ? ',null' : `,${quoted(value)}`
  }

  literal(): string | null {
    return this.text === '' ? null : `{${this.text.slice(1)}}`
  }
}

class Plain implements PlainColumn {
  private text = ''

  add(value: number | boolean | null): void {
    this.text += value === null ? ',null' : `,${value}`
  }

  literal(): string | null {
    return this.text === '' ? null : `{${this.text.slice(1)}}`
  }
}
