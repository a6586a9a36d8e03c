import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'

export interface DrawnDedupe {
  key: string
  windowHours: number | undefined
}

export const usualHours = 168

export type WindowUnit = 'hours' | 'days'

/** What is stored as it can be drawn; undefined when there is something in it that the form would not show. */
export function readDedupe(value: Json | undefined): DrawnDedupe | undefined {
  if (value === undefined) return { key: '', windowHours: undefined }
  if (!isJsonObject(value)) return undefined
  const { key = '', windowHours, ...others } = value
  if (Object.keys(others).length > 0 || typeof key !== 'string') return undefined
  if (windowHours !== undefined && typeof windowHours !== 'number') return undefined
  return { key, windowHours }
}

/** Nothing is stored for what holds anyway. */
export function writeDedupe({ key, windowHours }: DrawnDedupe): Json | undefined {
  const written = { ...(key === '' ? {} : { key }), ...(windowHours === undefined ? {} : { windowHours }) }
  return Object.keys(written).length === 0 ? undefined : written
}

/** So many hours in the bigger unit that needs no fraction. */
export function windowParts(hours: number): { amount: number; unit: WindowUnit } {
  return hours >= 24 && hours % 24 === 0 ? { amount: hours / 24, unit: 'days' } : { amount: hours, unit: 'hours' }
}

export function hoursFrom(amount: number, unit: WindowUnit): number {
  return unit === 'days' ? amount * 24 : amount
}
