import type { Arguments } from './arguments.ts'
import type { Budget } from './budget.ts'
import { type Callback, checkDepth, expressionError, joinList, strictEquals, toNumber, toText, type Value } from './value.ts'

type ListMethod = (list: Value[], args: Arguments) => Value

/** The methods of lists that change nothing, as JavaScript has them. */
export const listMethods: { [name: string]: ListMethod } = {
  at: (list, args) => list.at(args.number(0)),
  concat: (list, args) => {
    const all = [...paid(list, args.budget)]
    for (const value of args.values()) append(all, value, args.budget)
    return all
  },
  every: (list, args) => list.every(told(list, args)),
  filter: (list, args) => list.filter(told(list, args)),
  find: (list, args) => list.find(told(list, args)),
  findIndex: (list, args) => list.findIndex(told(list, args)),
  findLast: (list, args) => list.findLast(told(list, args)),
  findLastIndex: (list, args) => list.findLastIndex(told(list, args)),
  flat: (list, args) => flatten(list, args.optionalNumber(0) ?? 1, args.budget),
  flatMap: (list, args) => flatten(list.map(told(list, args)), 1, args.budget),
  includes: (list, args) => {
    const value = args.value(0)
    return list
      .slice(startAt(list, args))
      .some((item) => strictEquals(item, value, args.budget) || (Number.isNaN(item) && Number.isNaN(value)))
  },
  indexOf: (list, args) => {
    const value = args.value(0)
    const start = startAt(list, args)
    return list.findIndex((item, index) => index >= start && strictEquals(item, value, args.budget))
  },
  join: (list, args) => joinList(list, args.optionalText(0) ?? ',', args.budget),
  lastIndexOf: (list, args) => {
    const value = args.value(0)
    const given = args.count > 1 ? Math.trunc(args.number(1)) || 0 : list.length - 1
    const start = given < 0 ? list.length + given : given
    return list.findLastIndex((item, index) => index <= start && strictEquals(item, value, args.budget))
  },
  map: (list, args) => list.map(told(list, args)),
  reduce: (list, args) => fold(list, args, [...list.keys()]),
  reduceRight: (list, args) => fold(list, args, [...list.keys()].toReversed()),
  slice: (list, args) => paid(list.slice(args.optionalNumber(0), args.optionalNumber(1)), args.budget),
  some: (list, args) => list.some(told(list, args)),
  toReversed: (list, args) => paid(list, args.budget).toReversed(),
  toSorted: (list, args) => sorted(list, args),
  toSpliced: (list, args) => {
    const added = args.values(2)
    args.budget.spend(list.length + added.length)
    const start = args.count === 0 ? list.length : clamp(args.number(0), list.length)
    const removed = args.count === 1 ? list.length - start : Math.max(0, Math.trunc(args.number(1)) || 0)
    return list.slice(0, start).concat(added, list.slice(start + removed))
  },
  toString: (list: Value[], args: Arguments) => toText(list, args.budget),
  valueOf: (list: Value[]) => list,
  with: (list, args) => paid(list, args.budget).with(args.number(0), args.value(1)),
}

/** The list itself, once going over all of it is paid for. Lists are shared and never changed. */
function paid(list: Value[], budget: Budget): Value[] {
  budget.spend(list.length)
  return list
}

/** The callback as JavaScript calls it: item, place, the list. */
function told(list: Value[], args: Arguments): (item: Value, index: number) => Value {
  const callback: Callback = args.callback(0)
  return (item, index) => {
    args.budget.spend(1)
    return callback(item, index, list)
  }
}

function append(all: Value[], value: Value, budget: Budget): void {
  const items = Array.isArray(value) ? value : [value]
  budget.spend(items.length)
  for (const item of items) all.push(item)
}

function flatten(list: Value[], levels: number, budget: Budget, depth = 0, into: Value[] = []): Value[] {
  checkDepth(depth)
  for (const item of list) {
    budget.spend(1)
    if (Array.isArray(item) && levels >= 1) flatten(item, levels - 1, budget, depth + 1, into)
    else into.push(item)
  }
  return into
}

function startAt(list: Value[], args: Arguments): number {
  return clamp(args.optionalNumber(1) ?? 0, list.length)
}

/** A place counted from the end when negative, within the list. */
function clamp(place: number, length: number): number {
  const whole = Math.trunc(place) || 0
  return whole < 0 ? Math.max(0, length + whole) : Math.min(whole, length)
}

function fold(list: Value[], args: Arguments, order: number[]): Value {
  args.budget.spend(list.length)
  const callback = args.callback(0)
  const [first, ...rest] = order
  if (args.count > 1) return order.reduce<Value>((result, index) => callback(result, list[index], index, list), args.value(1))
  if (first === undefined) throw expressionError(`${args.name} of an empty list needs a value to start with, for example 0.`)
  return rest.reduce<Value>((result, index) => callback(result, list[index], index, list), list[first])
}

function sorted(list: Value[], args: Arguments): Value[] {
  args.budget.spend(list.length)
  if (args.has(0)) {
    const callback = args.callback(0)
    return list.toSorted((a, b) => toNumber(callback(a, b), args.budget))
  }
  const keyed = list.map((item) => ({ item, key: item === undefined ? undefined : toText(item, args.budget) }))
  return keyed.toSorted((a, b) => compareKeys(a.key, b.key, args.budget)).map(({ item }) => item)
}

/** By UTF-16 unit, as JavaScript sorts; undefined comes last. */
export function compareKeys(a: string | undefined, b: string | undefined, budget: Budget): number {
  budget.spend(1)
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1
  budget.read(Math.min(a.length, b.length))
  return a < b ? -1 : a > b ? 1 : 0
}
