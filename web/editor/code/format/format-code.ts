import FormatWorker from './format-worker.ts?worker'

export interface FormatRequest {
  id: number
  code: string
  cursorOffset: number
}

/** The text laid out anew, with where the cursor is now; or why and where it can't be read. */
export type Formatted =
  | { kind: 'formatted'; code: string; cursorOffset: number }
  | { kind: 'refused'; line: number; column: number; message: string }

export type FormatAnswer = Formatted & { id: number }

let worker: Worker | undefined
let asked = 0
const waiting = new Map<number, { resolve: (answer: Formatted) => void; reject: (error: Error) => void }>()

/** Lays TypeScript out, in a worker that is started by the first call. */
export function formatCode(code: string, cursorOffset: number): Promise<Formatted> {
  worker ??= startWorker()
  const id = ++asked
  const answered = new Promise<Formatted>((resolve, reject) => waiting.set(id, { resolve, reject }))
  worker.postMessage({ id, code, cursorOffset } satisfies FormatRequest)
  return answered
}

function startWorker(): Worker {
  const started = new FormatWorker()
  started.addEventListener('message', ({ data }: MessageEvent<FormatAnswer>) => {
    waiting.get(data.id)?.resolve(data)
    waiting.delete(data.id)
  })
  // It could not be loaded, as when the server is away: the next call tries again.
  started.addEventListener('error', () => {
    if (worker === started) worker = undefined
    started.terminate()
    for (const { reject } of waiting.values()) reject(new Error('The formatter could not be loaded'))
    waiting.clear()
  })
  return started
}
