/**
 * The only way out of the isolate. Both take and give nothing but strings and numbers, and both are checked on the
 * other side: nothing here is a border, it only keeps well-meant code well-behaved.
 */
export interface Host {
  /** Says something to the runner without waiting. */
  post(kind: string, a: string | number, b: string | number, c: string): void
  /** Asks the runner and waits for the answer. */
  ask(kind: string, a: string, b: string, c: string): string
}

export const host: Host = { post: () => undefined, ask: () => '' }

export const { parse: parseJson, stringify: jsonFrom } = JSON

/** Defines a global that is made when it is first named, so that code pays for what it uses. */
export function lazyGlobal(name: string, make: () => unknown): void {
  const define = (value: unknown) =>
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false })
  Object.defineProperty(globalThis, name, {
    configurable: true,
    enumerable: false,
    get() {
      const value = make()
      define(value)
      return value
    },
    set: define,
  })
}
