import { readdirSync, readFileSync } from 'node:fs'

/** `/proc` counts in hundredths of a second. */
const tickMs = 10

/** Processor time of everything this process has started that is still there, as Linux counts it; 0 elsewhere. */
export function descendantsCpuMs(): number {
  if (process.platform !== 'linux') return 0
  const all = new Map<number, { parent: number; ticks: number }>()
  for (const name of readdirSync('/proc')) if (/^\d+$/.test(name)) all.set(Number(name), statOf(name))
  const isBelow = (pid: number): boolean => {
    const parent = all.get(pid)?.parent ?? 0
    return parent === process.pid || (parent > 1 && isBelow(parent))
  }
  let ticks = 0
  for (const [pid, one] of all) if (isBelow(pid)) ticks += one.ticks
  return ticks * tickMs
}

function statOf(pid: string): { parent: number; ticks: number } {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in parentheses, may hold spaces; after it come state, parent, … and times in user and system mode.
    const [, parent, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { parent: Number(parent), ticks: Number(rest[9]) + Number(rest[10]) }
  } catch {
    // Gone while we were looking.
    return { parent: 0, ticks: 0 }
  }
}
