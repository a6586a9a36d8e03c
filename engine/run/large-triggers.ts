import type { JsonText } from '#shared/json.ts'
import type { OwnedRun } from './owned-run.ts'

/** Of shorter ones all runs of a worker together hold little. */
export const largeTrigger = 64 * 1024

/** What the runs in hand were started with, as far as it is large: bounded, however many they are. */
export interface LargeTriggers {
  /** Whether another run may begin with a large one in hand; others are left to be claimed. */
  hasRoom(): boolean
  /** The run has a large trigger in hand, until it is let go. */
  hold(run: OwnedRun, trigger: JsonText): void
  letGo(run: OwnedRun): void
  /** Reads a large one for a run, when its turn comes and there is room for it; one that has ended meanwhile gets none. */
  load(run: OwnedRun, read: () => Promise<JsonText>): Promise<JsonText>
  /** Nobody waits for room any more: what is in hand is given away. */
  drain(): void
}

export function createLargeTriggers(mostBytes: number): LargeTriggers {
  const held = new Map<OwnedRun, number>()
  let total = 0
  let isDraining = false
  let turn: Promise<unknown> = Promise.resolve()
  let wake: () => void = () => undefined

  const hasRoom = () => total < mostBytes || isDraining

  function hold(run: OwnedRun, trigger: JsonText): void {
    if (run.isOver) return
    total += trigger.length - (held.get(run) ?? 0)
    held.set(run, trigger.length)
  }

  async function whenThereIsRoom(run: OwnedRun, read: () => Promise<JsonText>): Promise<JsonText> {
    while (!hasRoom() && !run.isOver) await new Promise<void>((resolve) => (wake = resolve))
    if (run.isOver) return 'null'
    const trigger = await read()
    hold(run, trigger)
    return trigger
  }

  return {
    hasRoom,
    hold,
    letGo(run) {
      const bytes = held.get(run)
      if (bytes !== undefined) total -= bytes
      held.delete(run)
      wake()
    },
    load(run, read) {
      const loaded = turn.then(() => whenThereIsRoom(run, read))
      turn = loaded.catch(() => undefined)
      return loaded
    },
    drain() {
      isDraining = true
      wake()
    },
  }
}
