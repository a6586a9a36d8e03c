import { setTimeout as sleep } from 'node:timers/promises'
import type { Fleet, Place } from '../fleet.ts'
import type { Load } from '../load.ts'
import type { OwnPostgres } from '../postgres.ts'
import type { Fault } from './fault.ts'

export interface Victims {
  fleet: Fleet
  postgres: OwnPostgres
  load: Load
  /** Told while the database can't be reached by anybody. */
  setDatabaseUp(isUp: boolean): void
}

const readyWithinMs = 60_000

/** Does one thing to the system and undoes it; resolves when that is healed. */
export async function inflict(victims: Victims, fault: Fault): Promise<void> {
  const { fleet, postgres, load } = victims
  const place = 'place' in fault ? fleet.places.find((one) => one.name === fault.place) : undefined
  switch (fault.kind) {
    case 'kill':
      if (!place) return
      place.signal('SIGKILL')
      await place.ended()
      await sleep(fault.downMs)
      return bringUp(place)
    case 'restart':
      if (!place) return
      return restart(place, fault.downMs)
    case 'freeze':
      place?.signal('SIGSTOP')
      await sleep(fault.forMs)
      place?.signal('SIGCONT')
      return
    case 'cut':
      place?.proxy.become('cut')
      await sleep(fault.forMs)
      place?.proxy.become('open')
      return
    case 'stall':
      place?.proxy.become('stalled')
      await sleep(fault.forMs)
      place?.proxy.become('open')
      return
    case 'swallow':
      place?.proxy.swallow()
      return
    case 'loseAnswers':
      place?.proxy.become('losesAnswers')
      await sleep(fault.forMs)
      place?.proxy.become('open')
      return
    case 'failpoint': {
      if (!place) return
      await restart(place, 0, { TEST_HOOKS: '1', HOLDFAST_FAILPOINT: fault.at })
      // It kills itself when it comes there, and is brought back by the fleet; not every place is come by in time.
      const end = performance.now() + fault.forMs
      while (performance.now() < end && place.isArmed) await sleep(50)
      if (place.isArmed) await restart(place, 0)
      else await untilReady(place)
      return
    }
    case 'killDatabase':
      victims.setDatabaseUp(false)
      await postgres.kill()
      await sleep(fault.downMs)
      await postgres.bringBack()
      victims.setDatabaseUp(true)
      return
    case 'pauseDatabase':
      victims.setDatabaseUp(false)
      await postgres.pause()
      await sleep(fault.forMs)
      await postgres.goOn()
      victims.setDatabaseUp(true)
      return
    case 'publish':
      return load.republish()
    case 'pauseFlow':
      return load.pauseOne(fault.forMs)
    case 'turnFlowOff':
      return load.turnOff(fault.forMs)
  }
}

/** As a deployment does it: told to stop, given its time, started again. */
async function restart(place: Place, downMs: number, more?: { [name: string]: string }): Promise<void> {
  place.signal('SIGTERM')
  const force = setTimeout(() => place.signal('SIGKILL'), readyWithinMs)
  await place.ended()
  clearTimeout(force)
  await sleep(downMs)
  return bringUp(place, more)
}

async function bringUp(place: Place, more?: { [name: string]: string }): Promise<void> {
  if (!place.hasProcess) place.start(more)
  await untilReady(place)
}

async function untilReady(place: Place): Promise<void> {
  const end = performance.now() + readyWithinMs
  while (!place.isReady && performance.now() < end) await sleep(50)
}
