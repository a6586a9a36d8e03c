import type { Flow } from '#shared/flow.ts'
import { reservedNames } from '#shared/reserved-names.ts'

/**
 * A readable id for a new step, from what it is called: "Work out the price" becomes `workOutThePrice`. It is what
 * expressions and code call the step, so it is short, in one word, and unique in the flow.
 */
export function stepIdFor(name: string, taken: ReadonlySet<string>): string {
  const words = name
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f']/g, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
  const [first = 'step', ...others] = words
  const lower = first === first.toUpperCase() ? first.toLowerCase() : first.charAt(0).toLowerCase() + first.slice(1)
  const joined = lower + others.map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()).join('')
  const start = (/^[A-Za-z]/.test(joined) ? joined : `step${joined}`).slice(0, 40)
  return numbered(reservedNames.has(start) ? `${start}Step` : start, taken, (base, number) => `${base}${number}`)
}

/** A name no other step has: "Code", then "Code 2". */
export function stepNameFor(title: string, flow: Flow): string {
  const taken = new Set(flow.nodes.map((node) => node.name ?? node.id))
  return numbered(title.replace(/ \d+$/, ''), taken, (base, number) => `${base} ${number}`)
}

export function idsOf(flow: Flow): Set<string> {
  return new Set(flow.nodes.map((node) => node.id))
}

function numbered(base: string, taken: ReadonlySet<string>, write: (base: string, number: number) => string): string {
  if (!taken.has(base)) return base
  let number = 2
  while (taken.has(write(base, number))) number += 1
  return write(base, number)
}
