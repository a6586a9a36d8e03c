import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A process of its own with an engine in it, for tests that kill it. */
export interface EngineProcess {
  /** What it says first; undefined when it ended without a word. */
  firstLine: Promise<string | undefined>
  /** All it said, and the signal that ended it, once it is over. */
  over: Promise<{ lines: string[]; signal: NodeJS.Signals | null }>
  signal(signal: NodeJS.Signals): void
  /** Kills it, unless it is over already, and waits for its end. */
  kill(): Promise<void>
}

const running = new Set<ChildProcess>()

/** Runs a file, one of `*-child.ts` beside this, on the database. Its flags are its own; `true` is one without a value. */
export function startEngineProcess(file: URL, url: string, options: { [flag: string]: string | true } = {}): EngineProcess {
  const flags = Object.entries(options).flatMap(([flag, value]) => (value === true ? [`--${flag}`] : [`--${flag}`, value]))
  const child = spawn(process.execPath, [fileURLToPath(file), '--url', url, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] })
  running.add(child)
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  const firstLine = new Promise<string | undefined>((resolve) => {
    reader.once('line', resolve)
    reader.once('close', () => resolve(undefined))
  })
  const over = new Promise<{ lines: string[]; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (_code, signal) => {
      running.delete(child)
      resolve({ lines, signal })
    })
  })
  return {
    firstLine,
    over,
    signal: (signal) => child.kill(signal),
    async kill() {
      child.kill('SIGKILL')
      await over
    },
  }
}

/** Kills the processes a test has left over: they would do the next one's work in place of its own. */
export async function killEngineProcesses(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      const closed = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGKILL')
      await closed
    }),
  )
}
