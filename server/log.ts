import { pino } from 'pino'
import type { Log } from '#engine/index.ts'
import { sparingLog } from './sparing-log.ts'

/**
 * Logs to the standard error output, so that the standard output says only what a person or a script waits for:
 * plain lines where a person looks on, lines of JSON where a program collects them.
 */
export function createLog(level: string): Log {
  const destination = pino.destination({ dest: 2, sync: true })
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ['password', 'token', '*.password', '*.token'] },
    },
    process.stderr.isTTY ? { write: (line: string) => destination.write(plainLine(line)) } : destination,
  )
  return sparingLog(log)
}

/** `12:04:31 warn  What happened  {"its":"facts"}`; the stack of an error below it. */
export function plainLine(line: string): string {
  const { level, time, msg, err, ...facts } = JSON.parse(line)
  const word = String(pino.levels.labels[level] ?? level).padEnd(5)
  const rest = Object.keys(facts).length === 0 ? '' : `  ${JSON.stringify(facts)}`
  const stack = err === undefined ? '' : `\n${String(err.stack ?? err.message)}`
  return `${String(time).slice(11, 19)} ${word} ${String(msg)}${rest}${stack}\n`
}
