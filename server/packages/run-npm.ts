import { spawn } from 'node:child_process'
import { npmEnvironment } from './npm-environment.ts'

export interface NpmJob {
  args: string[]
  cwd: string
  cacheFolder: string
  timeoutMs: number
  signal?: AbortSignal
  /** What npm says of its progress, line by line. */
  onLine?: (line: string) => void
}

export interface NpmEnd {
  isOk: boolean
  stdout: string
  stderr: string
}

const mostOutput = 8 * 1024 * 1024

/**
 * Runs the machine's npm with the registry it is set up with. There is no shell: an argument is an argument whatever
 * is in it. Throws only when npm can't be started, takes too long or is called off.
 */
export function runNpm({ args, cwd, cacheFolder, timeoutMs, signal, onLine }: NpmJob): Promise<NpmEnd> {
  const command = [
    ...args.slice(0, 1),
    '--cache',
    cacheFolder,
    '--no-update-notifier',
    '--fetch-retries=1',
    '--fetch-retry-mintimeout=500',
    ...args.slice(1),
  ]
  const calledOff = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])])
  return new Promise((resolve, reject) => {
    const child = spawn('npm', command, {
      cwd,
      env: npmEnvironment(process.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: calledOff,
      killSignal: 'SIGKILL',
    })
    let stdout = ''
    let stderr = ''
    let line = ''
    child.stdout.on('data', (chunk: Buffer) => {
      if (stdout.length < mostOutput) stdout += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      const text = chunk.toString()
      if (stderr.length < mostOutput) stderr += text
      const lines = (line + text).split('\n')
      line = (lines.pop() ?? '').slice(-10_000)
      for (const one of lines) onLine?.(one)
    })
    child.on('error', (error) => reject(calledOff.aborted ? calledOff.reason : error))
    child.on('close', (code) => resolve({ isOk: code === 0, stdout, stderr }))
  })
}
