const shown = new WeakMap<object, string>()

/** How a reference to a secret is shown; undefined for anything else. */
export function shownReference(thing: object): string | undefined {
  return shown.get(thing)
}

/**
 * Stands for a secret whose value never comes here. `mark` makes a reference out of a text, for the dialer; without it,
 * as JSON and in the log, it is nothing but a name.
 */
export function makeReference(name: string, mark: string): object {
  const text = `[secret ${name} ${mark}]`
  const harmless = `[secret ${name}]`
  const reference: object = Object.create(null, {
    toString: { value: () => text },
    toJSON: { value: () => harmless },
    [Symbol.toPrimitive]: { value: () => text },
  })
  shown.set(reference, harmless)
  return Object.freeze(reference)
}
