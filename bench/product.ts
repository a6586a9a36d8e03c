import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
export const benchKey = 'bench-key-of-at-least-thirty-two-characters'

export interface RunningProduct {
  url: string
  pid: number
  readyMs: number
  stop(): Promise<void>
  kill(): Promise<void>
}

/** Starts the server as its own process and says how long it took to be ready. */
export async function startProduct(port: number, env: Record<string, string>): Promise<RunningProduct> {
  const began = performance.now()
  const child = spawn(process.execPath, ['server/main.ts'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      PORT: String(port),
      HOLDFAST_API_KEY: benchKey,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const end = (signal: NodeJS.Signals) =>
    new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.kill(signal)
    })
  let output = ''
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('Holdfast is ready at')) resolve()
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${output}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    readyMs: performance.now() - began,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}

/** Resident memory of one process, MiB; Linux only, undefined elsewhere. */
export async function residentMiB(pid: number): Promise<number | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

export async function api<T>(url: string, method: string, path: string, body?: unknown): Promise<T> {
  const reply = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${benchKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!reply.ok) throw new Error(`${method} ${path} answered ${reply.status}: ${await reply.text()}`)
  return (await reply.json()) as T
}

/** Publishes webhook → `middle` → respond and gives its address. */
export function publishWebhook(url: string, path: string, middle: { id: string; type: string; params: object }): Promise<string> {
  return publish(url, path, {
    schema: 1,
    name: `Bench ${path}`,
    nodes: [
      { id: 'trigger', type: 'webhook', params: { methods: ['POST'], path, respond: 'respondStep' } },
      middle,
      { id: 'reply', type: 'respond', params: { status: 200, body: `{{ steps.${middle.id} }}` } },
    ],
    edges: [
      { source: 'trigger', target: middle.id },
      { source: middle.id, target: 'reply' },
    ],
  })
}

/** Publishes webhook → set, whose caller is answered as soon as the run is durable. */
export function publishAccepting(url: string, path: string, verify: object): Promise<string> {
  return publish(url, path, {
    schema: 1,
    name: `Bench ${path}`,
    nodes: [
      { id: 'trigger', type: 'webhook', params: { methods: ['POST'], path, respond: 'immediately', verify } },
      { id: 'answer', type: 'set', params: { values: { total: '{{ trigger.body.qty * 7 }}' } } },
    ],
    edges: [{ source: 'trigger', target: 'answer' }],
  })
}

async function publish(url: string, path: string, document: object): Promise<string> {
  const flow = await api<{ id: string }>(url, 'POST', '/flows', { document })
  await api(url, 'POST', `/flows/${flow.id}/publish`, {})
  return `${url}/hooks/${path}`
}
