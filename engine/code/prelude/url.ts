import { host, jsonFrom, parseJson } from './host.ts'

type Parts = { [name in (typeof partNames)[number]]: string }
const partNames = [
  'href',
  'origin',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
] as const
const readOnly = new Set<string>(['origin'])
const mostLength = 1024 * 1024

/** Addresses are read by the runner's own parser, so that code and the dialer always see the same one. */
function parsed(href: string, base: string | undefined, change?: { name: string; value: string }): Parts | undefined {
  if (href.length > mostLength) throw new TypeError('The URL is too long')
  const answer = host.ask(
    'url',
    jsonFrom(base === undefined ? [href] : [href, base]),
    change ? change.name : '',
    change ? change.value : '',
  )
  return answer === '' ? undefined : parseJson(answer)
}

export function makeUrlClasses(): { [name: string]: unknown } {
  class SearchParams {
    #pairs: [string, string][] = []
    #changed: ((text: string) => void) | undefined
    constructor(init: unknown = '', changed?: (text: string) => void) {
      this.#changed = typeof changed === 'function' ? changed : undefined
      if (typeof init === 'object' && init !== null) {
        const entries =
          Symbol.iterator in init && typeof init[Symbol.iterator] === 'function'
            ? Array.from(init as Iterable<unknown>)
            : Object.entries(init)
        for (const entry of entries) {
          if (!Array.isArray(entry) || entry.length !== 2)
            throw new TypeError('Each search parameter is a pair of name and value')
          this.#pairs.push([wellFormed(entry[0]), wellFormed(entry[1])])
        }
      } else this.replaceWith(String(init))
    }
    /** Not part of the web's class: the address changed. */
    replaceWith(text: string) {
      this.#pairs = pairsFromQuery(text)
    }
    get size() {
      return this.#pairs.length
    }
    append(name: unknown, value: unknown) {
      this.#pairs.push([wellFormed(name), wellFormed(value)])
      this.#changed?.(this.toString())
    }
    delete(name: unknown, value?: unknown) {
      this.#pairs = this.#pairs.filter(([key, held]) => key !== String(name) || (value !== undefined && held !== String(value)))
      this.#changed?.(this.toString())
    }
    get(name: unknown) {
      return this.#pairs.find(([key]) => key === String(name))?.[1] ?? null
    }
    getAll(name: unknown) {
      return this.#pairs.filter(([key]) => key === String(name)).map(([, value]) => value)
    }
    has(name: unknown, value?: unknown) {
      return this.#pairs.some(([key, held]) => key === String(name) && (value === undefined || held === String(value)))
    }
    set(name: unknown, value: unknown) {
      const at = this.#pairs.findIndex(([key]) => key === String(name))
      if (at === -1) this.#pairs.push([wellFormed(name), wellFormed(value)])
      else
        this.#pairs = this.#pairs.flatMap(([key, held], i): [string, string][] =>
          i === at ? [[key, String(value)]] : key === String(name) ? [] : [[key, held]],
        )
      this.#changed?.(this.toString())
    }
    sort() {
      this.#pairs = this.#pairs.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      this.#changed?.(this.toString())
    }
    forEach(run: (value: string, name: string, params: unknown) => void, self?: unknown) {
      for (const [name, value] of this.#pairs) run.call(self, value, name, this)
    }
    keys() {
      return this.#pairs.map(([name]) => name)[Symbol.iterator]()
    }
    values() {
      return this.#pairs.map(([, value]) => value)[Symbol.iterator]()
    }
    entries() {
      return this.#pairs.map(([name, value]): [string, string] => [name, value])[Symbol.iterator]()
    }
    [Symbol.iterator]() {
      return this.entries()
    }
    toString() {
      return this.#pairs.map(([name, value]) => `${formEncoded(name)}=${formEncoded(value)}`).join('&')
    }
    get [Symbol.toStringTag]() {
      return 'URLSearchParams'
    }
  }
  Object.defineProperty(SearchParams, 'name', { value: 'URLSearchParams' })

  class Url {
    #parts: Parts
    #params: SearchParams | undefined
    constructor(href: unknown, base?: unknown) {
      const parts = parsed(String(href), base === undefined ? undefined : String(base))
      if (parts === undefined) throw new TypeError(`Invalid URL: ${String(href).slice(0, 200)}`)
      this.#parts = parts
    }
    static canParse(href: unknown, base?: unknown) {
      return parsed(String(href), base === undefined ? undefined : String(base)) !== undefined
    }
    static parse(href: unknown, base?: unknown) {
      return Url.canParse(href, base) ? new Url(href, base) : null
    }
    static read(url: Url, name: keyof Parts) {
      return url.#parts[name]
    }
    static write(url: Url, name: string, value: string) {
      const parts = parsed(url.#parts.href, undefined, { name, value })
      if (parts === undefined) throw new TypeError(`Invalid URL: ${value.slice(0, 200)}`)
      url.#parts = parts
      if (name === 'search' || name === 'href') url.#params?.replaceWith(parts.search)
    }
    get searchParams() {
      this.#params ??= new SearchParams(this.#parts.search, (text) => {
        this.#parts = parsed(this.#parts.href, undefined, { name: 'search', value: text }) ?? this.#parts
      })
      return this.#params
    }
    toString() {
      return this.#parts.href
    }
    toJSON() {
      return this.#parts.href
    }
    get [Symbol.toStringTag]() {
      return 'URL'
    }
  }
  Object.defineProperty(Url, 'name', { value: 'URL' })
  const { read, write } = Url
  Reflect.deleteProperty(Url, 'read')
  Reflect.deleteProperty(Url, 'write')
  for (const name of partNames) {
    Object.defineProperty(Url.prototype, name, {
      configurable: true,
      enumerable: true,
      get(this: Url) {
        return read(this, name)
      },
      ...(readOnly.has(name)
        ? {}
        : {
            set(this: Url, value: unknown) {
              write(this, name, String(value))
            },
          }),
    })
  }
  return { URL: Url, URLSearchParams: SearchParams }
}

/** The text with each half of a surrogate pair that stands alone replaced, as addresses can't hold one. */
function wellFormed(value: unknown): string {
  return String(value).replace(/\p{Surrogate}/gu, '\ufffd')
}

function pairsFromQuery(text: string): [string, string][] {
  return text
    .replace(/^\?/, '')
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=')
      return at === -1 ? [formDecoded(part), ''] : [formDecoded(part.slice(0, at)), formDecoded(part.slice(at + 1))]
    })
}

function formEncoded(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}

function formDecoded(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    // A percent sign that starts no character stays as it is.
    return spaced.replace(/(%[0-9a-f]{2})+/gi, (escapes) => {
      try {
        return decodeURIComponent(escapes)
      } catch {
        return '\ufffd'
      }
    })
  }
}
