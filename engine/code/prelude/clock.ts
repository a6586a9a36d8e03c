const RealDate = Date
const realRandom = Math.random

export const realNow = (): number => RealDate.now()
export const realChance = (): number => realRandom()

let nowMs = 0
let seed = ''
let next: () => number = realRandom

/** Sets the time code reads, and begins its chance anew: both are the same on every replay. */
export function moveTo(atMs: number, delivered: number): void {
  nowMs = atMs
  next = generatorFrom(`${seed}:${delivered}`)
}

/** From here on the time is that of the last recorded result, and chance follows from the run and the step's path. */
export function installRecordedClock(startedAtMs: number, seedText: string): void {
  seed = seedText
  moveTo(startedAtMs, 0)
  const Recorded = function Date(...values: unknown[]) {
    if (new.target === undefined) return new RealDate(nowMs).toString()
    return Reflect.construct(RealDate, values.length === 0 ? [nowMs] : values, new.target)
  }
  Object.defineProperties(Recorded, {
    prototype: { value: RealDate.prototype, writable: false },
    length: { value: 7, configurable: true },
    now: { value: () => nowMs, writable: true, configurable: true },
    parse: { value: RealDate.parse, writable: true, configurable: true },
    UTC: { value: RealDate.UTC, writable: true, configurable: true },
  })
  Object.defineProperty(RealDate.prototype, 'constructor', { value: Recorded, writable: true, configurable: true })
  Object.defineProperty(globalThis, 'Date', { value: Recorded, writable: true, configurable: true })
  Object.defineProperty(Math, 'random', { value: () => next(), writable: true, configurable: true })
}

/** A small generator (sfc32), seeded by a hash of the text. */
function generatorFrom(text: string): () => number {
  let a = 0x9e3779b9
  let b = 0x243f6a88
  let c = 0xb7e15162
  let counter = 1
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x85ebca6b)
    b = Math.imul(b ^ a, 0xc2b2ae35) + code
    c = (c << 13) | (c >>> 19)
    c ^= b
  }
  const step = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return (sum >>> 0) / 4_294_967_296
  }
  for (let i = 0; i < 12; i++) step()
  return step
}
