const RealDate = Date
const realRandom = Math.random

export const realNow = (): number => RealDate.now()
export const realChance = (): number => realRandom()

/** Whether code reads the recorded time and chance; until then, those of this moment. */
let isRecorded = false
let isInstalled = false
/** Who asked for time or chance since it is watched: anybody, and for the time the code's own text. */
let asked = { byAny: false, forTimeByCode: false }
let isOwnText = false
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
  isRecorded = true
  install()
}

/** From here on it is known whether code asked for the time or for chance; what it gets is as real as without. */
export function watchClock(): void {
  install()
  asked = { byAny: false, forTimeByCode: false }
}

/** Its packages are loaded; what comes now is the code's own text. */
export function watchOwnText(): void {
  isOwnText = true
}

export function whoAskedClock(): Readonly<typeof asked> {
  return asked
}

function time(): number {
  asked.byAny = true
  if (isOwnText) asked.forTimeByCode = true
  return isRecorded ? nowMs : RealDate.now()
}

function chance(): number {
  asked.byAny = true
  return isRecorded ? next() : realRandom()
}

/** What code keeps of these from when it is loaded follows what happens later. */
function install(): void {
  if (isInstalled) return
  isInstalled = true
  const Recorded = function Date(...values: unknown[]) {
    if (new.target === undefined) return new RealDate(time()).toString()
    return Reflect.construct(RealDate, values.length === 0 ? [time()] : values, new.target)
  }
  Object.defineProperties(Recorded, {
    prototype: { value: RealDate.prototype, writable: false },
    length: { value: 7, configurable: true },
    now: { value: time, writable: true, configurable: true },
    parse: { value: RealDate.parse, writable: true, configurable: true },
    UTC: { value: RealDate.UTC, writable: true, configurable: true },
  })
  Object.defineProperty(RealDate.prototype, 'constructor', { value: Recorded, writable: true, configurable: true })
  Object.defineProperty(globalThis, 'Date', { value: Recorded, writable: true, configurable: true })
  Object.defineProperty(Math, 'random', { value: chance, writable: true, configurable: true })
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
