import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../bench/chaos/free-port.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
export const apiKey = 'e2e-key-of-at-least-thirty-two-characters'

/** The product as a person starts it: a process of its own, its own data folder, its own embedded database. */
export interface Product {
  url: string
  dataDir: string
  /** Sends the signal to the server process and waits until it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Starts it again on the same data and port. Resolves when it says that it is ready. */
  start(): Promise<void>
  output(): string
}

export async function startProduct(settings: { [name: string]: string } = {}): Promise<Product & { dispose(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-e2e-'))
  const port = await freePort(new Set())
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  let output = ''

  const start = () =>
    new Promise<void>((resolve, reject) => {
      const started = spawn(process.execPath, ['server/main.ts'], {
        cwd: root,
        env: {
          PATH: process.env['PATH'],
          HOME: process.env['HOME'],
          PORT: String(port),
          HOLDFAST_DATA_DIR: dataDir,
          HOLDFAST_API_KEY: apiKey,
          HOLDFAST_EGRESS_PRIVATE: '127.0.0.0/8',
          ...settings,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = started
      const listen = (chunk: Buffer) => {
        output += chunk.toString()
        if (output.includes(`Holdfast is ready at ${url}`)) resolve()
      }
      started.stdout.on('data', listen)
      started.stderr.on('data', listen)
      started.once('exit', (code, signal) => {
        reject(new Error(`The server ended (${code ?? signal}) before it was ready:\n${output}`))
      })
    })

  const kill = async (signal: NodeJS.Signals) => {
    const dying = child
    child = undefined
    output = ''
    if (!dying || dying.exitCode !== null || dying.signalCode !== null) return
    await new Promise<void>((resolve) => {
      dying.once('exit', () => resolve())
      dying.kill(signal)
    })
  }

  await start()
  return {
    url,
    dataDir,
    kill,
    start,
    output: () => output,
    dispose: async () => {
      await kill('SIGTERM')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
