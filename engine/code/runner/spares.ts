import type ivm from 'isolated-vm'
import { answer } from './answer.ts'

/** What an isolate says to its attempt. */
export type Post = (kind: string, a: string | number, b: string | number, c: string) => void

type Deliver = (kind: string, ...values: (string | number | undefined)[]) => void

/** A fresh isolate with the prelude run in it, used for one attempt and thrown away. */
export interface Spare {
  isolate: ivm.Isolate
  context: ivm.Context
  deliver: ivm.Reference<Deliver>
  memoryMb: number
  /** The attempt's ear; nobody listens before there is one. */
  hear: Post
  /** V8 has lost control of the isolate: its thread will not come back. */
  onLost: (message: string) => void
  /** Time the runner spent on this isolate's behalf while it waited. */
  askedMs: number
  /** What it had used of the processor before the code was loaded in it; absent until then. */
  cpuBeforeMs?: number
}

export interface Spares {
  make(memoryMb: number): Promise<Spare>
  take(memoryMb: number): Promise<Spare>
  /** Makes what is missing; called when there is nothing better to do. */
  refill(): void
}

/** What most steps do, done once while the snapshot is made, so that its functions are in it compiled. */
const warmUp = `
  __boot(() => undefined, () => '{"href":"http://warm.up/"}')('begin', '{"steps":["a"],"hasItem":false,"resultBytes":1000}', '{}', '{}', '{}', '{}', undefined, '{}')
  __start(() => async ({ trigger, steps, input, log }) => {
    log('warm', { trigger })
    console.log(input)
    fetch('http://warm.up/', { method: 'POST', body: '' })
    return { list: [steps.a], text: '' }
  })`

/** How long after its start a runner makes the snapshot, unless an attempt was over before. */
const firstSnapshotMs = 250

/**
 * Keeps a few isolates ready, since making one takes longer than running a small step in it. They all start from one
 * snapshot: the heap as the prelude leaves it before anything else has run, made by this process, kept in its memory
 * and nowhere else.
 */
export function createSpares(engine: typeof ivm, prelude: string, options: { memoryMb: number; count: number }): Spares {
  const ready: Spare[] = []
  let making = 0
  const script = { code: `globalThis.__boot = ${prelude}`, filename: 'prelude.js' }
  let snapshot: ivm.ExternalCopy<ArrayBuffer> | undefined
  let hasBegun = false

  async function make(memoryMb: number): Promise<Spare> {
    const heap = snapshot
    const isolate = new engine.Isolate({
      memoryLimit: memoryMb,
      ...(heap ? { snapshot: heap } : {}),
      onCatastrophicError: (message) => spare.onLost(message),
    })
    // Only our own text runs here, so it needs no thread of its own: going to one and back costs a third of a millisecond.
    const context = isolate.createContextSync()
    if (heap === undefined) context.evalSync(script.code, { filename: script.filename })
    const post = new engine.Callback(
      (kind: string, a: string | number, b: string | number, c: string) => spare.hear(kind, a, b, c),
      { ignored: true },
    )
    const ask = new engine.Callback((kind: string, a: string, b: string, c: string) => {
      const startMs = performance.now()
      const text = answer(kind, a, b, c)
      spare.askedMs += performance.now() - startMs
      return text
    })
    const deliver: ivm.Reference<Deliver> = context.evalClosureSync(
      'const boot = __boot; delete globalThis.__boot; return boot($0, $1)',
      [post, ask],
      { result: { reference: true } },
    )
    const spare: Spare = { isolate, context, deliver, memoryMb, hear: () => undefined, onLost: () => undefined, askedMs: 0 }
    return spare
  }

  function refill(): void {
    if (hasBegun) snapshot ??= engine.Isolate.createSnapshot([script], warmUp)
    // Taking it holds this process up for longer than making the one isolate that the first attempt needs.
    else setTimeout(refill, firstSnapshotMs)
    hasBegun = true
    while (ready.length + making < (snapshot === undefined ? Math.min(1, options.count) : options.count)) {
      making++
      void make(options.memoryMb)
        .then((spare) => ready.push(spare))
        .finally(() => making--)
    }
  }

  return {
    make,
    async take(memoryMb) {
      const at = ready.findIndex((spare) => spare.memoryMb === memoryMb)
      return at === -1 ? make(memoryMb) : (ready.splice(at, 1)[0] ?? make(memoryMb))
    },
    refill,
  }
}
