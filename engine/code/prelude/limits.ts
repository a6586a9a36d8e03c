export const mostCalls = 1_000
export const mostCallsInFlight = 50
export const mostCallBytes = 10 * 1024 * 1024
export const mostLogLines = 1_000
export const mostLogBytes = 256 * 1024
export const mostLineBytes = 8 * 1024
export const mostTimers = 10_000
export const mostDepth = 200
