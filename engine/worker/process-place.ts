import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Where a process runs: whoever has the same place can see whether it lives. */
export interface ProcessPlace {
  place: string
  processId: number
  /** Tells a process from a later one that was given the same number. */
  processStart: string
}

export function ownPlace(): ProcessPlace {
  const boot = read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
  const namespace = read(() => readlinkSync('/proc/self/ns/pid'))
  return {
    place: [hostname(), boot, namespace].join(' '),
    processId: process.pid,
    processStart: processStart(process.pid) ?? '',
  }
}

/** Whether the process lives, asked at its own place. */
export function isProcessAlive(processId: number, start: string): boolean {
  try {
    process.kill(processId, 0)
  } catch (error) {
    // EPERM: it is there, and another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  return start === '' || processStart(processId) === start
}

/** A zombie has ended, though its number is still taken. */
function processStart(processId: number): string | undefined {
  const stat = read(() => readFileSync(`/proc/${processId}/stat`, 'utf8'))
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? undefined : fields[19]
}

/** What a system without /proc does not say is left empty. */
function read(look: () => string): string {
  try {
    return look()
  } catch {
    return ''
  }
}
