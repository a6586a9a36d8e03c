export type HeaderPair = [name: string, value: string]

export interface HeaderList {
  pairs(): HeaderPair[]
  get(name: unknown): string | null
  has(name: unknown): boolean
  set(name: unknown, value: unknown): void
  append(name: unknown, value: unknown): void
}

export function makeHeaders(): new (init?: unknown) => HeaderList {
  return class Headers implements HeaderList {
    #pairs: HeaderPair[] = []
    constructor(init?: unknown) {
      if (typeof init !== 'object' || init === null) return
      const entries: unknown[] =
        init instanceof Headers
          ? init.pairs()
          : Symbol.iterator in init
            ? Array.from(init as Iterable<unknown>)
            : Object.entries(init)
      for (const entry of entries) {
        if (!Array.isArray(entry) || entry.length !== 2) throw new TypeError('Each header is a pair of name and value')
        this.append(entry[0], entry[1])
      }
    }
    pairs(): HeaderPair[] {
      return [...this.#pairs]
    }
    append(name: unknown, value: unknown) {
      this.#pairs.push([checkedName(name), checkedValue(value)])
    }
    set(name: unknown, value: unknown) {
      const key = checkedName(name)
      this.#pairs = [...this.#pairs.filter(([held]) => held !== key), [key, checkedValue(value)]]
    }
    get(name: unknown) {
      const key = String(name).toLowerCase()
      const values = this.#pairs.filter(([held]) => held === key).map(([, value]) => value)
      return values.length === 0 ? null : values.join(', ')
    }
    getSetCookie() {
      return this.#pairs.filter(([name]) => name === 'set-cookie').map(([, value]) => value)
    }
    has(name: unknown) {
      return this.get(name) !== null
    }
    delete(name: unknown) {
      this.#pairs = this.#pairs.filter(([held]) => held !== String(name).toLowerCase())
    }
    #merged(): HeaderPair[] {
      const names = [...new Set(this.#pairs.map(([name]) => name))].toSorted()
      return names.flatMap((name): HeaderPair[] =>
        name === 'set-cookie' ? this.getSetCookie().map((value) => [name, value]) : [[name, this.get(name) ?? '']],
      )
    }
    forEach(run: (value: string, name: string, headers: unknown) => void, self?: unknown) {
      for (const [name, value] of this.#merged()) run.call(self, value, name, this)
    }
    keys() {
      return this.#merged()
        .map(([name]) => name)
        [Symbol.iterator]()
    }
    values() {
      return this.#merged()
        .map(([, value]) => value)
        [Symbol.iterator]()
    }
    entries() {
      return this.#merged()[Symbol.iterator]()
    }
    [Symbol.iterator]() {
      return this.entries()
    }
    get [Symbol.toStringTag]() {
      return 'Headers'
    }
  }
}

function checkedName(name: unknown): string {
  const text = String(name)
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text)) throw new TypeError(`${text.slice(0, 50)} is not a valid header name`)
  return text.toLowerCase()
}

function checkedValue(value: unknown): string {
  const text = String(value).replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '')
  if (/[\0\r\n]|[^\0-\xff]/.test(text)) throw new TypeError('A header value has a character that headers can’t hold')
  return text
}
