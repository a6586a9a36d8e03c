import type { JsonText } from '../json.ts'
import type { Budget } from './budget.ts'
import { checkDepth, type Value } from './value.ts'

/**
 * `JSON.stringify` that pays for what it writes as it goes: a small expression can make a value whose text is
 * endless, because lists may hold the same list many times over.
 */
export function stringify(value: Value, budget: Budget, indent = ''): JsonText | undefined {
  return write(value, budget, indent, '', 0)
}

function write(value: Value, budget: Budget, indent: string, margin: string, depth: number): string | undefined {
  checkDepth(depth)
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    return Array.isArray(value)
      ? writeList(value, budget, indent, margin, depth)
      : writeObject(value, budget, indent, margin, depth)
  }
  if (typeof value === 'string') budget.build(value.length)
  const text = value instanceof Date && Number.isNaN(value.getTime()) ? 'null' : JSON.stringify(value)
  if (text !== undefined) budget.build(typeof value === 'string' ? text.length - value.length : text.length)
  return text
}

function writeList(list: Value[], budget: Budget, indent: string, margin: string, depth: number): string {
  const inner = margin + indent
  const parts: string[] = []
  for (const item of list) {
    budget.build(1 + (indent === '' ? 0 : inner.length + 1))
    parts.push(write(item, budget, indent, inner, depth + 1) ?? 'null')
  }
  return wrap('[', parts, ']', indent, margin)
}

function writeObject(object: { [key: string]: Value }, budget: Budget, indent: string, margin: string, depth: number): string {
  const inner = margin + indent
  const parts: string[] = []
  for (const key of Object.keys(object)) {
    const text = write(object[key], budget, indent, inner, depth + 1)
    if (text === undefined) continue
    budget.build(key.length + 4 + (indent === '' ? 0 : inner.length + 2))
    parts.push(`${JSON.stringify(key)}:${indent === '' ? '' : ' '}${text}`)
  }
  return wrap('{', parts, '}', indent, margin)
}

function wrap(open: string, parts: string[], close: string, indent: string, margin: string): string {
  if (indent === '' || parts.length === 0) return open + parts.join(',') + close
  const inner = `\n${margin}${indent}`
  return `${open}${inner}${parts.join(`,${inner}`)}\n${margin}${close}`
}
