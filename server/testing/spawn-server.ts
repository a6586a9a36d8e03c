import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface SpawnedServer {
  /** The address it said it is ready at; undefined when it ended before. */
  url: string | undefined
  /** What it printed for people so far; all of it after `exit`. */
  output: () => string
  /** What it logged or complained about so far. */
  errors: () => string
  kill: (signal: NodeJS.Signals) => void
  exit: Promise<Exit>
}

// As `npm start` has it: a start reads what an earlier one has already compiled.
const compileCache = fileURLToPath(new URL('../../node_modules/.cache/node/', import.meta.url))
const spawned = new Set<ChildProcess>()

/** Ends what a failed test left running. */
export function killSpawned(): void {
  for (const child of spawned) child.kill('SIGKILL')
}

/** A real `node server/main.ts` with exactly these variables, once it is ready or has given up. */
export async function spawnServer(environment: { [name: string]: string }, cwd?: string): Promise<SpawnedServer> {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url))
  const child = spawn(process.execPath, [main], {
    env: { NODE_COMPILE_CACHE: compileCache, ...environment },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  spawned.add(child)
  child.once('exit', () => spawned.delete(child))
  let output = ''
  let errors = ''
  // Once its pipes are read to their ends too: what it said last may come after the news of its end.
  const exit = new Promise<Exit>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })))
  const ready = new Promise<string>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const url = /^Holdfast is ready at (\S+)\n/m.exec(output)?.[1]
      if (url !== undefined) resolve(url)
    })
  })
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const url = await Promise.race([ready, exit.then(() => undefined)])
  return { url, output: () => output, errors: () => errors, kill: (signal) => child.kill(signal), exit }
}
