import type { Log } from '#engine/index.ts'

/** A minute is what orchestrators give before they kill; 35 s is what we promise. */
const deadlineMs = 34_000

/** Stops once, in order, at the first signal, and exits with 0; a second signal exits at once. */
export function stopOnSignal(stop: () => Promise<void>, log: Log): void {
  let isStopping = false
  const onSignal = (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(130)
    isStopping = true
    log.info({ signal }, 'stopping')
    setTimeout(() => {
      log.warn({}, 'not everything ended in time; what was running is handed over')
      process.exit(0)
    }, deadlineMs).unref()
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed')
        process.exit(1)
      },
    )
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal)
}
