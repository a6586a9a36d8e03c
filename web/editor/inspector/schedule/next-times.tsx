import { useEffect, useState } from 'react'
import { nextTicks } from '#shared/schedule/next-tick.ts'
import { readCron } from '#shared/schedule/read-cron.ts'
import type { ScheduleRule } from '#shared/schedule/schedule.ts'
import { isTimeZone } from '#shared/schedule/time-zone.ts'
import { useParam } from '../form/use-params.ts'
import { cityOf, ownTimeZone } from './time-zones.ts'

const shownTimes = 10
const lookAgainMs = 10_000

/** The next times the flow starts, by the clock of the rules; where one's own shows something else, that too. */
export function NextTimes({ rules }: { rules: readonly ScheduleRule[] }) {
  const [startsAt] = useParam(['startsAt'])
  const [endsAt] = useParam(['endsAt'])
  const now = useNow()
  const readable = rules.filter(({ cron, timezone }) => readCron(cron).cron !== undefined && isTimeZone(timezone))
  const bounds = { ...(typeof startsAt === 'string' ? { startsAt } : {}), ...(typeof endsAt === 'string' ? { endsAt } : {}) }
  const ticks = nextTicks({ rules: readable, ...bounds }, now, shownTimes)
  const [zone = ownTimeZone, ...others] = [...new Set(readable.map(({ timezone }) => timezone))]
  const shownZone = others.length === 0 ? zone : ownTimeZone
  const hasSeconds = ticks.some((tick) => tick % 60_000 !== 0)
  return (
    <section aria-labelledby="next-times" className="flex flex-col gap-1.5">
      <h2 id="next-times" className="text-label">
        Next times
      </h2>
      {ticks.length === 0 ? (
        <p className="text-small text-muted">
          {readable.length === 0 ? 'They show here as soon as a rule can be read.' : 'No time comes any more.'}
        </p>
      ) : (
        <>
          <p className="text-small text-muted">By the clock in {cityOf(shownZone)}.</p>
          <ol className="rounded-card border border-line bg-sunken px-3 py-2 text-body tabular-nums">
            {ticks.map((tick) => {
              const shown = momentIn(shownZone, tick, hasSeconds)
              const own = momentIn(ownTimeZone, tick, hasSeconds)
              return (
                <li key={tick} className="flex flex-wrap justify-between gap-x-4 py-0.5">
                  <time dateTime={new Date(tick).toISOString()}>
                    {shown.day}, {shown.time}
                  </time>
                  {(own.time !== shown.time || own.day !== shown.day) && (
                    <span className="text-small text-muted">
                      {own.day === shown.day ? own.time : `${own.day.slice(0, 3)} ${own.time}`} with you
                    </span>
                  )}
                </li>
              )
            })}
          </ol>
        </>
      )}
    </section>
  )
}

function momentIn(timeZone: string, tick: number, hasSeconds: boolean): { day: string; time: string } {
  const day = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: hasSeconds ? 'medium' : 'short', hourCycle: 'h23' })
  return { day: day.format(tick), time: time.format(tick) }
}

/** The time, looked at again now and then: times that have passed make room for those that follow. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), lookAgainMs)
    return () => clearInterval(timer)
  }, [])
  return now
}
