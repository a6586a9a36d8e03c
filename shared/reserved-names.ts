/** Names that mean something to JavaScript already: nothing that people name is called so. */
export const reservedNames: ReadonlySet<string> = new Set(['__proto__', 'prototype', 'constructor'])
