import { pino } from 'pino'
import type { Log } from '#engine/index.ts'

/** Lines of JSON on the standard error output, so that the standard output says only what a person or a script waits for. */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ['password', 'token', '*.password', '*.token'] },
    },
    pino.destination({ dest: 2, sync: true }),
  )
}
