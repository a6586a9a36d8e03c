import type { FoundProblem } from './messages.ts'

/** What a kind of value is called where people don't write code. */
function kindInWords(type: string): string {
  if (type === 'string' || /^"(?:[^"\\]|\\.)*"$/.test(type)) return 'text'
  if (type === 'number' || type === 'bigint' || /^-?\d+(?:\.\d+)?$/.test(type)) return 'a number'
  if (type === 'boolean' || type === 'true' || type === 'false') return 'yes or no'
  if (type === 'Date') return 'a date'
  if (/(?:\[\]|^readonly .*\]|^Array<.*>)$/s.test(type)) return 'a list'
  if (type.startsWith('{')) return 'a group of fields'
  const parts = type.split(' | ').filter((part) => part !== 'null' && part !== 'undefined' && part !== 'Missing')
  const words = [...new Set(parts.map((part) => (part === type ? 'another kind of value' : kindInWords(part))))]
  return words.length === 0 ? 'nothing' : words.join(' or ')
}

/** The field of a type's text that is called nearly so: TypeScript itself names none for short words. */
function nearestName(name: string, type: string): string | undefined {
  const letters = (text: string) => Array.from(text.toLowerCase()).toSorted().join('')
  const fields = [...type.slice(0, 5_000).matchAll(/(?:^\{|;) "?([\w$ -]+)"?\??:/g)].flatMap(([, field]) => field ?? [])
  return (
    fields.find((field) => field.toLowerCase() === name.toLowerCase()) ??
    fields.find((field) => letters(field) === letters(name)) ??
    fields.find((field) => isOneOff(field, name))
  )
}

/** One letter more, less or other. */
function isOneOff(one: string, other: string): boolean {
  if (Math.min(one.length, other.length) < 3 || Math.abs(one.length - other.length) > 1) return false
  let start = 0
  while (start < one.length && one[start] === other[start]) start++
  const rest = (text: string, skip: number) => text.slice(start + skip)
  return rest(one, 1) === rest(other, 1) || rest(one, 1) === rest(other, 0) || rest(one, 0) === rest(other, 1)
}

interface Rule {
  codes: readonly number[]
  pattern: RegExp
  words(found: { [group: string]: string | undefined }): string
}

const rules: readonly Rule[] = [
  {
    codes: [2339, 2551],
    pattern: /^Property '(?<name>.*?)' does not exist on type '(?<type>[^]*)'\.(?: Did you mean '(?<near>.*)'\?)?$/,
    words({ name = '', type = '', near = nearestName(name, type) }) {
      if (near !== undefined) return `there is no “${name}” here. Did you mean “${near}”?`
      const kind = kindInWords(type)
      const isGroup = kind === 'a group of fields' || kind === 'another kind of value'
      return isGroup
        ? `there is no “${name}” here, as far as the samples show`
        : `“${name}” is looked for in ${kind}, which has none`
    },
  },
  {
    codes: [2362, 2363],
    pattern: /^The (?<side>left|right)-hand side/,
    words: ({ side }) =>
      `this counts with numbers, but what stands ${side === 'left' ? 'left' : 'right'} of the sign is none. Use toNumber(…)`,
  },
  {
    codes: [2365, 2367],
    pattern:
      /^(?:Operator '(?<sign>.*?)' cannot be applied to types|This comparison appears to be unintentional because the types) '(?<left>[^]*?)' and '(?<right>[^]*?)'/,
    words: ({ sign, left = '', right = '' }) =>
      sign === undefined || /^[=!]/.test(sign)
        ? `${kindInWords(left)} is compared with ${kindInWords(right)}, which are never equal`
        : `“${sign}” stands between ${kindInWords(left)} and ${kindInWords(right)}, which don't go together`,
  },
  {
    codes: [1360, 2322, 2345, 2769],
    pattern:
      /Type '(?<given>[^]*?)' (?:does not satisfy the expected type|is not assignable to type) '(?<wanted>[^]*?)'\.?$|^Argument of type '(?<argument>[^]*?)' is not assignable to parameter of type '(?<parameter>[^]*?)'/,
    words: ({ given, wanted, argument, parameter }) =>
      `${kindInWords(parameter ?? wanted ?? '')} is needed, but this is ${kindInWords(argument ?? given ?? '')}`,
  },
  {
    codes: [2349],
    pattern: /^This expression is not callable/,
    words: () => 'this is called like a function, but is none',
  },
]

// What TypeScript minds and the language of holes doesn't: looking into nothing gives nothing, and what a hole names
// that isn't there is a problem of its own.
const taken = new Set([
  2304, 2531, 2532, 2533, 2721, 2722, 2723, 18_046, 18_047, 18_048, 18_049, 2872, 2873, 2869, 2871, 2881, 7053,
])

/** What is wrong with a hole in plain words, or undefined for what is no mistake there. */
export function holeProblemWords({ code, messages }: FoundProblem): string | undefined {
  if (taken.has(code)) return undefined
  const last = messages.at(-1) ?? ''
  if (/^Type '(?:undefined|null)'/.test(last)) return undefined
  for (const rule of rules) {
    if (!rule.codes.includes(code)) continue
    for (const message of messages) {
      const found = rule.pattern.exec(message)
      if (found) return rule.words(found.groups ?? {})
    }
  }
  return (messages[0] ?? '').replace(/\.$/, '')
}
