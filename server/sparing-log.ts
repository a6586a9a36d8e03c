import type { Log } from '#engine/index.ts'

interface Kind {
  lines: number
  leftOut: number
}

/**
 * A log that nobody can fill: of one message so many lines are written in a minute, and at its end how many more there
 * were. What happens that often is the same each time, and strangers can make much of it happen.
 */
export function sparingLog(log: Log, { mostLines = 20, perMs = 60_000 } = {}): Log {
  const kinds = new Map<string, Kind>()

  function write(level: keyof Log, facts: object, message: string): void {
    const kind = kinds.get(message) ?? begin(level, message)
    if (kind.lines < mostLines) {
      kind.lines++
      log[level](facts, message)
    } else kind.leftOut++
  }

  function begin(level: keyof Log, message: string): Kind {
    const kind = { lines: 0, leftOut: 0 }
    kinds.set(message, kind)
    const end = () => {
      kinds.delete(message)
      if (kind.leftOut > 0) log[level]({ leftOut: kind.leftOut }, `${message} (and so many times more within a minute)`)
    }
    setTimeout(end, perMs).unref()
    return kind
  }

  return {
    debug: (facts, message) => write('debug', facts, message),
    info: (facts, message) => write('info', facts, message),
    warn: (facts, message) => write('warn', facts, message),
    error: (facts, message) => write('error', facts, message),
  }
}
