import { spawn } from 'node:child_process'
import type { Layers } from './layers.ts'
import { nobody } from './layers.ts'
import { readLastWords, readRunnerMessage } from './read-runner-message.ts'
import type { RunnerFiles } from './runner-files.ts'
import { createRecentCodes, type RecentCodes } from './runner/recent-codes.ts'
import { createFrameReader, encodeFrame } from './runner/frames.ts'
import { lastWordsMark, type EngineMessage, type RunnerMessage } from './runner/messages.ts'

export interface RunnerProcess {
  /** The codes it was sent last. */
  codes: RecentCodes
  send(message: EngineMessage, payload?: Uint8Array | string): void
  kill(): void
}

export interface RunnerExit {
  /** The attempt the runner blamed before it was lost; `id` is absent when it could not tell. */
  culprit?: { id?: number | undefined; kind: string; priming?: string | undefined }
  /** What it wrote on stderr, for the log. */
  words: string
}

export interface RunnerHandlers {
  onMessage(message: RunnerMessage, payload: Buffer): void
  onExit(exit: RunnerExit): void
}

const mostWords = 8 * 1024
/** What lists of processes call it. */
export const runnerTitle = 'holdfast-runner'

/**
 * Starts one runner behind every layer this machine has. It gets no environment and knows nothing but its stdio; its
 * program is part of its command line, so that the addon is the only file it may read.
 */
export function startRunnerProcess(
  { files, layers, runner }: { files: RunnerFiles; layers: Layers; runner: string },
  handlers: RunnerHandlers,
): RunnerProcess {
  const command = [
    ...layers.prefix,
    files.node,
    '--no-warnings',
    '--permission',
    '--allow-addons',
    '--no-node-snapshot',
    `--allow-fs-read=${files.addon}`,
    `--title=${runnerTitle}`,
    '--input-type=commonjs',
    '--eval',
    runner,
    files.addon,
  ]
  const child = spawn(command[0] ?? '', command.slice(1), {
    env: {},
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(layers.uid === undefined ? {} : { uid: layers.uid, gid: nobody }),
  })
  let words = ''
  let culprit: RunnerExit['culprit']
  let hasExited = false

  const kill = () => void child.kill('SIGKILL')
  const exit = () => {
    if (hasExited) return
    hasExited = true
    kill()
    handlers.onExit({ words, ...(culprit ? { culprit } : {}) })
  }

  const read = createFrameReader((header, payload) => {
    if (!hasExited) handlers.onMessage(readRunnerMessage(header), payload)
  })
  child.stdout.on('data', (chunk: Buffer) => {
    if (hasExited) return
    try {
      read(chunk)
    } catch (error) {
      // It doesn't speak as our runner does: whatever it has become, it is not trusted any further.
      words += `\n${error instanceof Error ? error.message.slice(0, 500) : ''}`
      exit()
    }
  })
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-mostWords)
    const line = words.split('\n').find((text) => text.startsWith(lastWordsMark))
    if (line === undefined || culprit !== undefined || !words.endsWith('\n')) return
    try {
      culprit = readLastWords(line.slice(lastWordsMark.length))
    } catch (error) {
      words += `\n${String(error).slice(0, 500)}`
    }
    exit()
  })
  // Writing to a runner that is gone fails; its exit is what is acted on.
  child.stdin.on('error', () => undefined)
  child.on('error', (error) => {
    words += error.message
    exit()
  })
  // After stdio closed, so that last words are not missed.
  child.on('close', exit)

  return {
    codes: createRecentCodes(),
    send(message, payload) {
      if (hasExited) return
      child.stdin.cork()
      for (const part of encodeFrame(message, payload)) child.stdin.write(part)
      process.nextTick(() => child.stdin.uncork())
    },
    kill() {
      kill()
      exit()
    },
  }
}
