import * as limits from './prelude/limits.ts'

/** What one attempt of a code step may do, beside the limits that settings change. */
export const codeLimits = {
  callBytes: limits.mostCallBytes,
  calls: limits.mostCalls,
  callsInFlight: limits.mostCallsInFlight,
  logLines: limits.mostLogLines,
  logBytes: limits.mostLogBytes,
  logLineBytes: limits.mostLineBytes,
  metrics: limits.mostMetrics,
  timers: limits.mostTimers,
}
