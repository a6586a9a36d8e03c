import type { ActionCall, ActionRunner } from '../ports.ts'
import { waitFor } from './wait-for.ts'

/** Actions that go on only when the test says so, and what began in which order. */
export interface HeldActions {
  run: ActionRunner
  /** The `n` of each action that began, in order. */
  began: unknown[]
  /** Once so many have begun. */
  untilBegan(count: number): Promise<unknown[]>
  /** Lets the action of this `n` end. */
  end(n: unknown): void
  /** From now on nothing is held. */
  endAll(): void
}

export function createHeldActions(): HeldActions {
  const began: unknown[] = []
  const waiting = new Map<unknown, () => void>()
  let isOpen = false
  return {
    began,
    async run({ input, inputText, signal }: ActionCall) {
      const n = input['n']
      began.push(n)
      if (!isOpen) {
        await new Promise<void>((resolve, reject) => {
          waiting.set(n, resolve)
          signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
        })
      }
      return inputText
    },
    untilBegan: (count) => waitFor(`${count} actions to begin`, () => (began.length >= count ? began : undefined)),
    end(n) {
      waiting.get(n)?.()
      waiting.delete(n)
    },
    endAll() {
      isOpen = true
      for (const end of waiting.values()) end()
      waiting.clear()
    },
  }
}
