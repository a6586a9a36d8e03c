import { Client } from 'pg'
import type { Log } from '#engine/index.ts'

export const changesChannel = 'holdfast_changes'

const checkEveryMs = 15_000
const answerWithinMs = 5000
const reconnectAfterMs = 1000

interface Ears {
  isHearing: () => boolean
  stop: () => Promise<void>
}

/**
 * Listens for changes of what processes remember, such as where paths lead, and knows whether it can hear: it notifies itself at the start and every
 * few seconds, so that a cut network or a pooler that swallows notifications is noticed.
 */
export function listenChanges(options: { url: string; log: Log; onChange: () => void }): Ears {
  let client: Client | undefined
  let hearing = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  async function connect(): Promise<void> {
    const current = new Client({
      connectionString: options.url,
      keepAlive: true,
      connectionTimeoutMillis: answerWithinMs,
      application_name: 'holdfast listen',
    })
    client = current
    current.on('error', (error) => lost(current, error))
    current.on('end', () => lost(current, undefined))
    current.on('notification', (message) => {
      if (message.channel !== changesChannel) return
      if (message.payload === 'check') {
        if (!hearing) options.onChange()
        hearing = true
        schedule(check, checkEveryMs)
      } else options.onChange()
    })
    try {
      await current.connect()
      await current.query(`listen ${changesChannel}`)
      await check()
    } catch (error) {
      lost(current, error)
    }
  }

  async function check(): Promise<void> {
    const current = client
    schedule(() => current && lost(current, new Error('no notification was heard')), answerWithinMs)
    await current?.query(`select pg_notify('${changesChannel}', 'check')`).catch((error: unknown) => lost(current, error))
  }

  function lost(which: Client, error: unknown): void {
    if (stopped || which !== client) return
    client = undefined
    if (hearing) options.log.warn({ err: error }, 'no longer hearing what changes; asking the database each time instead')
    hearing = false
    options.onChange()
    // Already broken: how its end goes changes nothing.
    which.end().catch(() => undefined)
    schedule(connect, reconnectAfterMs)
  }

  function schedule(act: () => unknown, afterMs: number): void {
    clearTimeout(timer)
    if (stopped) return
    timer = setTimeout(act, afterMs)
    timer.unref()
  }

  void connect()
  return {
    isHearing: () => hearing,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await client?.end()
    },
  }
}
