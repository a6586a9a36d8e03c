import type { Arguments } from './arguments.ts'
import type { Budget } from './budget.ts'
import { concatText, expressionError, type Value } from './value.ts'

type TextMethod = (text: string, args: Arguments) => Value

/** The methods of texts, as JavaScript has them; what they read and build is paid for first. */
export const textMethods: { [name: string]: TextMethod } = {
  at: (text, args) => text.at(args.number(0)),
  charAt: (text, args) => text.charAt(args.number(0)),
  charCodeAt: (text, args) => text.charCodeAt(args.number(0)),
  codePointAt: (text, args) => text.codePointAt(args.number(0)),
  concat: (text, args) => args.given.reduce<string>((all, _, index) => concatText(all, args.text(index), args.budget), text),
  endsWith: (text, args) => {
    args.budget.read(args.text(0).length)
    return text.endsWith(args.text(0), args.optionalNumber(1))
  },
  includes: (text, args) => text.includes(sought(text, args), args.optionalNumber(1)),
  indexOf: (text, args) => text.indexOf(sought(text, args), args.optionalNumber(1)),
  lastIndexOf: (text, args) => text.lastIndexOf(sought(text, args), args.has(1) ? args.number(1) : undefined),
  normalize: (text, args) => {
    // No character becomes more than 18 by normalising.
    args.budget.build(text.length)
    const normal = text.normalize(args.optionalText(0))
    args.budget.build(Math.max(0, normal.length - text.length))
    return normal
  },
  padEnd: (text, args) => text.padEnd(...padding(text, args)),
  padStart: (text, args) => text.padStart(...padding(text, args)),
  repeat: (text, args) => {
    const times = Math.trunc(args.number(0)) || 0
    if (times < 0 || times === Number.POSITIVE_INFINITY)
      throw expressionError('repeat needs a number of times that is 0 or more.')
    args.budget.build(text.length * times)
    return text.repeat(times)
  },
  replace: (text, args) => replaceText(text, sought(text, args), args, false),
  replaceAll: (text, args) => replaceText(text, sought(text, args), args, true),
  slice: (text, args) => cut(text.slice(args.optionalNumber(0), args.optionalNumber(1)), text, args.budget),
  split: splitText,
  startsWith: (text, args) => {
    args.budget.read(args.text(0).length)
    return text.startsWith(args.text(0), args.optionalNumber(1))
  },
  substring: (text, args) => cut(text.substring(args.number(0), args.optionalNumber(1)), text, args.budget),
  toLowerCase: (text, args) => rewritten(text, args.budget, (whole) => whole.toLowerCase()),
  toString: (text: string) => text,
  toUpperCase: (text, args) => rewritten(text, args.budget, (whole) => whole.toUpperCase()),
  trim: (text, args) => rewritten(text, args.budget, (whole) => whole.trim()),
  trimEnd: (text, args) => rewritten(text, args.budget, (whole) => whole.trimEnd()),
  trimStart: (text, args) => rewritten(text, args.budget, (whole) => whole.trimStart()),
  valueOf: (text: string) => text,
}

function sought(text: string, args: Arguments): string {
  const part = args.text(0)
  args.budget.search(text.length, part.length)
  return part
}

function cut(part: string, whole: string, budget: Budget): string {
  if (part.length < whole.length) budget.build(part.length)
  return part
}

/** `change` may make a text up to three times as long (`ß` becomes `SS`), so it is paid for before and after. */
export function rewritten(text: string, budget: Budget, change: (text: string) => string): string {
  budget.build(text.length)
  const changed = change(text)
  budget.build(Math.max(0, changed.length - text.length))
  return changed
}

function padding(text: string, args: Arguments): [length: number, fill: string] {
  const length = Math.min(Math.trunc(args.number(0)) || 0, Number.MAX_SAFE_INTEGER)
  const fill = args.optionalText(1) ?? ' '
  if (fill !== '' && length > text.length) args.budget.build(length)
  return [length, fill]
}

function splitText(text: string, args: Arguments): Value[] {
  const limit = args.optionalNumber(1)
  if (!args.has(0)) return limit !== undefined && limit >>> 0 === 0 ? [] : [text]
  const parts = text.split(sought(text, args), limit)
  args.budget.build(text.length)
  args.budget.spend(parts.length)
  return parts
}

/** With a text to look for, not a pattern. `$&` and its like in the replacement mean what they mean in JavaScript. */
function replaceText(text: string, part: string, args: Arguments, all: boolean): string {
  const template = args.text(1)
  const put = (match: string, offset: number): string => {
    args.budget.spend(1)
    const piece = template.includes('$') ? fillIn(template, match, offset, text, args.budget) : template
    args.budget.build(piece.length)
    return piece
  }
  const replaced = all ? text.replaceAll(part, put) : text.replace(part, put)
  args.budget.build(text.length)
  return replaced
}

function fillIn(template: string, match: string, offset: number, text: string, budget: Budget): string {
  let filled = ''
  for (let at = 0; at < template.length; at++) {
    const mark = template[at] === '$' ? template[at + 1] : undefined
    const piece =
      mark === '$'
        ? '$'
        : mark === '&'
          ? match
          : mark === '`'
            ? text.slice(0, offset)
            : mark === "'"
              ? text.slice(offset + match.length)
              : undefined
    if (piece !== undefined) at++
    const added = piece ?? template.charAt(at)
    budget.build(added.length)
    filled += added
  }
  return filled
}
