/**
 * What `{{ }}` holes can call, as declarations; JavaScript's own functions come with its library. Missing data is taken
 * calmly, as the functions themselves take it.
 */
export const holeFunctions = `type Missing = null | undefined
type DateLike = Date | string | number | Missing
type By<T> = (keyof T & string) | ((entry: T, index: number) => unknown)
type FixedUnit = 'millisecond' | 'milliseconds' | 'second' | 'seconds' | 'minute' | 'minutes' | 'hour' | 'hours' | 'day' | 'days' | 'week' | 'weeks'
declare function toText(value: unknown): string
declare function split(text: string | number | Missing, separator?: string): string[]
declare function join(list: readonly unknown[] | Missing, separator?: string): string
declare function capitalize(text: string | Missing): string
declare function truncate(text: string | Missing, length: number): string
declare function isEmpty(value: unknown): boolean
declare function ifEmpty<T, U>(value: T, instead: U): NonNullable<T> | U
declare function toNumber(text: string | number | boolean | Date | Missing, decimalMark?: string): number
declare function formatNumber(number: number, decimals?: number, thousandsMark?: string, decimalMark?: string): string
declare function round(number: number, decimals?: number): number
declare function toDate(value: DateLike, timeZone?: string): Date
declare function formatDate(date: DateLike, pattern?: string, timeZone?: string): string
declare function addTime(date: DateLike, amount: number, unit: FixedUnit | 'month' | 'months' | 'year' | 'years', timeZone?: string): Date
declare function timeBetween(from: DateLike, to: DateLike, unit: FixedUnit): number
declare function first<T>(list: readonly T[] | Missing): T
declare function last<T>(list: readonly T[] | Missing): T
declare function count(list: readonly unknown[] | Missing): number
declare function unique<T>(list: readonly T[] | Missing, by?: By<T>): T[]
declare function sortBy<T>(list: readonly T[] | Missing, by?: By<T>, direction?: string): T[]
declare function groupBy<T>(list: readonly T[] | Missing, by: By<T>): Record<string, T[]>
declare function sumBy<T>(list: readonly T[] | Missing, by?: By<T>): number
declare function averageBy<T>(list: readonly T[] | Missing, by?: By<T>): number
declare function range(count: number, start?: number): number[]
declare function chunk<T>(list: readonly T[] | Missing, size: number): T[][]
declare function pick<T, K extends keyof T>(value: T, ...names: (K | readonly K[])[]): Pick<T, K>
declare function omit<T, K extends keyof T>(value: T, ...names: (K | readonly K[])[]): Omit<T, K>
declare function getField(value: unknown, path: string, instead?: unknown): any
declare function hasField(value: unknown, name: string | number): boolean
type HoleRun = {
  id: string
  flowId: string
  version: number | 'draft'
  startedAt: string
  resumeUrl(step: string): string
  approvalUrl(step: string, approver?: string): string
}
`
