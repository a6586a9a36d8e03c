import { fork, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTurns, type Log } from '#engine/index.ts'
import { codeCompilerOptions } from '#shared/code-types/compiler-options.ts'
import type { TypeFile } from '#shared/code-types/flow-types.ts'
import { isAppError } from '#shared/errors.ts'
import type { CheckMessage, CheckRequest, FoundProblem } from './messages.ts'

export interface TypeChecker {
  /**
   * What TypeScript says about the files of a flow. Files it was not done with in time, or that made it crash, are left
   * out and named: text may be written to keep it busy. Workspaces take turns; a question whose turn doesn't come gets
   * no answer, and never waits for longer than a while.
   */
  check(request: Question): Promise<Answer>
  stop(): Promise<void>
}

/** `busy`: others had to be waited for too long. `replaced`: whoever writes it asked again, with a newer text. */
export type Answer = Found | { unanswered: 'busy' | 'replaced' }

interface Found {
  problems: FoundProblem[]
  lost: string[]
  unanswered?: undefined
}

export interface Question extends Omit<CheckRequest, 'id' | 'libraries'> {
  workspaceId: string
  /** Who is writing it just now: of no use any more once they ask about the same flow again. */
  writer?: string | undefined
  /** Declarations of packages, by paths in `node_modules`. */
  libraries?: readonly TypeFile[]
}

export interface TypeCheckerOptions {
  log: Log
  /** How long one file may take. */
  patienceMs?: number
  /** After how long without work the process ends: it holds some 150 MiB. */
  idleMs?: number
  /** How long a workspace waits for its turn. */
  mostWaitMs?: number
}

const startMs = 60_000
const memoryMiB = 512
/** A flow with more hopeless texts than this is not looked at to the end. */
const mostLost = 3
const mostHopeless = 100
/** Of one workspace. */
const mostWaiting = 200

/** A process that checks types, started when it is first needed; one question at a time, since it has one thread. */
export function createTypeChecker({
  log,
  patienceMs = 10_000,
  idleMs = 300_000,
  mostWaitMs = 30_000,
}: TypeCheckerOptions): TypeChecker {
  let child: ChildProcess | undefined
  let isReady = false
  let sentHash: string | undefined
  let idle: NodeJS.Timeout | undefined
  let lastId = 0
  const hopeless = new Set<string>()
  const turns = createTurns({ what: 'The check of types', mostWaiting, mostWaitMs })
  /** Questions whose turn has not come yet and that a newer one replaces, by flow and writer. */
  const passing = new Map<string, { hash: string; answer: Promise<Answer>; replace: () => unknown }>()

  async function check({ key, files: given, checked: wanted, libraries = [] }: Question): Promise<Found> {
    const request = { key, files: given, checked: wanted }
    const hash = hashOfFiles(libraries)
    const lost = request.checked.filter((path) => hopeless.has(textAt(request, path)))
    for (;;) {
      const files = request.files.map((file) => (lost.includes(file.path) ? { ...file, text: unknownText } : file))
      const checked = request.checked.filter((path) => !lost.includes(path))
      if (child === undefined) sentHash = undefined
      const isSent = hash === sentHash
      sentHash = hash
      const answer = await ask({
        ...request,
        files,
        checked,
        id: ++lastId,
        libraries: { hash, ...(isSent ? {} : { files: libraries }) },
      })
      if ('problems' in answer) return { problems: answer.problems, lost }
      log.warn({ file: answer.lostAt, key: request.key }, 'The check of types was given up')
      if (answer.lostAt !== undefined) {
        lost.push(answer.lostAt)
        // The same text again would keep everybody waiting again.
        if (hopeless.size >= mostHopeless) hopeless.clear()
        hopeless.add(textAt(request, answer.lostAt))
      }
      if (answer.lostAt === undefined || lost.length > mostLost) return { problems: [], lost: [...request.checked] }
    }
  }

  function ask(request: CheckRequest): Promise<{ problems: FoundProblem[] } | { lostAt: string | undefined }> {
    clearTimeout(idle)
    if (child === undefined) isReady = false
    const asked = (child ??= start())
    hold(asked, true)
    return new Promise((resolve) => {
      let at: string | undefined
      let timer: NodeJS.Timeout | undefined
      const watch = () => {
        clearTimeout(timer)
        // To start takes long on a busy machine, and is nobody's fault.
        timer = setTimeout(() => asked.kill('SIGKILL'), isReady ? patienceMs : startMs)
      }
      const end = (answer: { problems: FoundProblem[] } | { lostAt: string | undefined }) => {
        clearTimeout(timer)
        asked.off('message', onMessage)
        asked.off('exit', onExit)
        asked.off('error', onExit)
        hold(asked, false)
        if ('lostAt' in answer && child === asked) child = undefined
        idle = setTimeout(() => void stop(), idleMs).unref()
        resolve(answer)
      }
      const onMessage = (message: CheckMessage) => {
        isReady = true
        if (message.t === 'at' && message.id === request.id) at = message.path
        if (message.t === 'done' && message.id === request.id) end({ problems: message.problems })
        else watch()
      }
      const onExit = () => end({ lostAt: at })
      asked.on('message', onMessage)
      asked.on('exit', onExit)
      asked.on('error', onExit)
      watch()
      asked.send(request, (error) => {
        if (error !== null) asked.kill('SIGKILL')
      })
    })
  }

  async function whenItsTurn(question: Question, isStillWanted = () => true): Promise<Answer> {
    try {
      return await turns.take<Answer>(question.workspaceId, async () =>
        isStillWanted() ? check(question) : { unanswered: 'replaced' },
      )
    } catch (error) {
      if (!isAppError(error) || error.code !== 'not_ready') throw error
      log.warn({ workspace: question.workspaceId, flow: question.key }, 'Types were not checked: others had to be waited for')
      return { unanswered: 'busy' }
    }
  }

  /** Who writes asks again and again: only the newest text waits, and older ones are told so at once. */
  function inPassing(question: Question, writer: string): Promise<Answer> {
    const { files, libraries = [] } = question
    const key = `${question.key} ${writer}`
    const hash = hashOfFiles([...files, ...libraries])
    const older = passing.get(key)
    if (older?.hash === hash) return older.answer
    older?.replace()
    let isWaiting = true
    const leave = () => {
      const wasWaiting = isWaiting
      if (wasWaiting) passing.delete(key)
      isWaiting = false
      return wasWaiting
    }
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const replace = () => leave() && resolve({ unanswered: 'replaced' })
    passing.set(key, { hash, answer: promise, replace })
    whenItsTurn(question, leave).finally(leave).then(resolve, reject)
    return promise
  }

  async function stop(): Promise<void> {
    clearTimeout(idle)
    const ending = child
    child = undefined
    hopeless.clear()
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return
    const ended = new Promise<void>((resolve) => ending.once('exit', () => resolve()))
    hold(ending, true)
    ending.kill('SIGKILL')
    await ended
  }

  return {
    check: (question) => (question.writer === undefined ? whenItsTurn(question) : inPassing(question, question.writer)),
    stop,
  }
}

function textAt({ files }: Pick<Question, 'files'>, path: string): string {
  return hashOf([files.find((file) => file.path === path)?.text ?? ''])
}

function hashOfFiles(files: readonly TypeFile[]): string {
  return hashOf(files.flatMap(({ path, text }) => [path, text]))
}

function hashOf(texts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(text).update('\0')
  return hash.digest('base64')
}

/** What stands in for a text that can't be looked at: a step that gives anything. */
const unknownText = 'export default (): any => undefined\n'

function start(): ChildProcess {
  const library = realpathSync(createRequire(import.meta.url).resolve('typescript-6'))
  const main = realpathSync(fileURLToPath(new URL('./checker-main.ts', import.meta.url)))
  const packageFile = realpathSync(fileURLToPath(new URL('../../package.json', import.meta.url)))
  const child = fork(main, [library, JSON.stringify(codeCompilerOptions)], {
    cwd: '/',
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [
      '--permission',
      ...[`${dirname(main)}/*`, `${dirname(dirname(library))}/*`, packageFile].map((path) => `--allow-fs-read=${path}`),
      `--max-old-space-size=${memoryMiB}`,
      '--disable-warning=ExperimentalWarning',
    ],
  })
  return child
}

/** While it works it keeps our process alive, as any work does; an idle one must not. */
function hold(child: ChildProcess, isAtWork: boolean): void {
  if (isAtWork) {
    child.ref()
    child.channel?.ref()
  } else {
    child.unref()
    child.channel?.unref()
  }
}
