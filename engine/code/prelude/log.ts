import type { LogLevel } from '../runner/messages.ts'
import { host, jsonFrom } from './host.ts'
import { inspect } from './inspect.ts'
import { mostLineBytes, mostLogBytes, mostLogLines } from './limits.ts'
import { placeOfLine } from './progress.ts'

let tellsLines = false
let lines = 0
let bytes = 0
let dropped = 0

function write(level: LogLevel, message: string, data: unknown): void {
  let text = message.length > mostLineBytes ? `${message.slice(0, mostLineBytes)}…` : message
  let dataText = ''
  if (data !== undefined) {
    dataText = writable(data)
    if (text.length + dataText.length > mostLineBytes) {
      text += ` (its data of ${dataText.length} characters was too long for a log line)`
      dataText = ''
    }
  }
  const size = text.length + dataText.length
  if (lines >= mostLogLines || bytes + size > mostLogBytes) {
    dropped++
    return
  }
  lines++
  bytes += size
  const at = tellsLines ? userPlace() : ''
  host.post('log', level, placeOfLine(), `{"message":${jsonFrom(text)}${dataText === '' ? '' : `,"data":${dataText}`}${at}}`)
}

/** From now on each line of the log says where in the code it was written. */
export function tellLines(): void {
  tellsLines = true
}

/** The nearest line of the step's own text below us, as a part of the payload; nothing when the code hides its stack. */
function userPlace(): string {
  try {
    const [, line, column] = /step\.ts:([1-9]\d{0,6}):([1-9]\d{0,6})/.exec(new Error('where').stack ?? '') ?? []
    return line === undefined || column === undefined ? '' : `,"at":[${line},${column}]`
  } catch {
    return ''
  }
}

function writable(data: unknown): string {
  try {
    return jsonFrom(data) ?? 'null'
  } catch {
    return jsonFrom(inspect(data))
  }
}

/** Says how much is missing, once, at the end. */
export function reportDroppedLines(): void {
  if (dropped === 0) return
  host.post(
    'log',
    'warn',
    placeOfLine(),
    jsonFrom({
      message: `${dropped} more log lines were dropped: a step may log ${mostLogLines} lines and ${mostLogBytes / 1024} KiB`,
    }),
  )
  dropped = 0
}

type Write = (message: unknown, data?: unknown, ...more: unknown[]) => void
type Log = Write & { [L in LogLevel]: Write }

const print =
  (level: LogLevel) =>
  (...values: unknown[]) =>
    write(level, values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '), undefined)

// With more than a message and its data it is what `console` is: nothing is left out.
const at =
  (level: LogLevel) =>
  (message: unknown, data?: unknown, ...more: unknown[]) =>
    more.length > 0
      ? print(level)(message, data, ...more)
      : write(level, typeof message === 'string' ? message : inspect(message), data)

export const log: Log = Object.assign(at('info'), { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') })

export function installConsole(): void {
  const timers = new Map<string, number>()
  const counts = new Map<string, number>()
  const nothing = () => undefined
  const took = (label: unknown) => `${String(label)}: ${Date.now() - (timers.get(String(label)) ?? Date.now())} ms`
  Object.defineProperty(globalThis, 'console', {
    writable: true,
    configurable: true,
    enumerable: false,
    value: {
      log: print('info'),
      info: print('info'),
      debug: print('debug'),
      trace: print('debug'),
      warn: print('warn'),
      error: print('error'),
      dir: print('info'),
      table: print('info'),
      dirxml: print('info'),
      group: print('info'),
      groupCollapsed: print('info'),
      groupEnd: nothing,
      assert: (isTrue: unknown, ...values: unknown[]) => {
        if (!isTrue) print('error')('Assertion failed', ...values)
      },
      count: (label = 'default') => {
        const count = (counts.get(String(label)) ?? 0) + 1
        counts.set(String(label), count)
        print('info')(`${label}: ${count}`)
      },
      countReset: (label = 'default') => void counts.delete(String(label)),
      time: (label = 'default') => void timers.set(String(label), Date.now()),
      timeLog: (label = 'default', ...values: unknown[]) => print('info')(took(label), ...values),
      timeEnd: (label = 'default') => {
        print('info')(took(label))
        timers.delete(String(label))
      },
    },
  })
}
