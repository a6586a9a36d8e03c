import type { z } from 'zod'
import type { RunError } from '#shared/run.ts'

type Failure = Pick<z.infer<typeof RunError>, 'message' | 'line'>

/** What JavaScript says, and how one would say it to a person. */
const phrases: readonly [RegExp, (...parts: string[]) => string][] = [
  [/^Cannot read properties of (?:undefined|null) \(reading '(.+)'\)$/, (name) => `can’t read ${name} of nothing`],
  [/^Cannot set properties of (?:undefined|null) \(setting '(.+)'\)$/, (name) => `can’t set ${name} of nothing`],
  [
    /^Cannot destructure property '(.+)' of '(.+)' as it is (?:undefined|null)\.?$/,
    (name, from) => `can’t take ${name} out of ${from}: there is nothing in it`,
  ],
  [/^(.+) is not defined$/, (name) => `there is nothing called ${name}`],
  [/^(.+) is not a function$/, (name) => `${name} can’t be called, it is not a function`],
  [/^(.+) is not iterable$/, (name) => `${name} is not a list`],
  [/^Assignment to constant variable\.?$/, () => 'a const can’t be given another value'],
]

/** A failure in one plain sentence, with the line of the code it happened in. */
export function errorWords({ message, line }: Failure): string {
  const words = causeWords(message)
  if (line !== undefined) return `Line ${line}: ${words}`
  // A name from the code keeps its first letter.
  return /^[a-z]+(\s|$)/.test(words) ? words.charAt(0).toUpperCase() + words.slice(1) : words
}

/** What went wrong, to be said of a line. */
export function causeWords(message: string): string {
  const said = message.replace(/^(?:Type|Reference|Range|Syntax)?Error: /, '')
  let words = said
  for (const [pattern, phrase] of phrases) {
    const match = pattern.exec(said)
    if (match !== null) words = phrase(...match.slice(1))
  }
  return words
}
