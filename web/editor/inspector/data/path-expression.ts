/** One way into a value: the name of a field, or the place in a list. */
export type PathKey = string | number

/** Where a value lives for expressions: `steps.price` or one of the roots such as `trigger`. */
export interface DataPath {
  root: string
  /** Set when the root is `steps`. */
  step?: string
  keys: PathKey[]
}

const identifier = /^[A-Za-z_$][\w$]*$/

/** The path as an expression: `steps.price.total`, `trigger.body.items[0]["unit price"]`. */
export function expressionOfPath(path: DataPath): string {
  const start = path.step === undefined ? path.root : `${path.root}.${path.step}`
  return start + path.keys.map((key) => memberOf(key)).join('')
}

function memberOf(key: PathKey): string {
  if (typeof key === 'number') return `[${key}]`
  return identifier.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}

/** The path as a template hole, ready to be put into a text. */
export function holeOfPath(path: DataPath): string {
  return `{{ ${expressionOfPath(path)} }}`
}

/** What a person reads for the way into a value: `body ▸ customer ▸ email`, lists counted from 1. */
export function fieldWords(keys: readonly PathKey[]): string {
  return keys.map((key) => (typeof key === 'number' ? `item ${key + 1}` : key)).join(' ▸ ')
}

/** What a pill is found by: the name of its step and the way into its data, `Work out the price.total`. */
export function pillName(stepName: string, keys: readonly PathKey[]): string {
  return [stepName, ...keys].join('.')
}
