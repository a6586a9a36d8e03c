import { AppError } from '#shared/errors.ts'
import type { Log } from '../ports.ts'
import type { CodeJob } from './code-job.ts'
import { blamed } from './error-from-failure.ts'
import { createKnown } from './known.ts'
import type { Layers } from './layers.ts'
import type { OwnTexts } from './own-texts.ts'
import type { RunnerFiles } from './runner-files.ts'
import { startRunnerProcess, type RunnerExit, type RunnerProcess } from './runner-process.ts'
import type { RunnerMessage } from './runner/messages.ts'

type AttemptMessage = Exclude<RunnerMessage, { t: 'ready' | 'drain' }>

export interface PoolOptions {
  files: RunnerFiles
  layers: Layers
  texts: OwnTexts
  memoryMb: number
  mostRunners: number
  spares: number
  /** Isolates each runner keeps with busy code loaded in them. */
  primed: number
  idleMs: number
  /** A runner is replaced after this many attempts, and after this long. */
  mostRuns: number
  mostAgeMs: number
  log: Log | undefined
}

export interface RunnerPool {
  /** How many attempts gave a result whose code had been loaded ahead. */
  primedRuns(): number
  run(job: CodeJob): void
  /** Starts a runner when there is none, and resolves once it is ready. */
  warm(): Promise<void>
  /** The attempt is over, whoever ended it. */
  forget(job: CodeJob): void
  stop(): void
}

interface Runner {
  process: RunnerProcess
  jobs: Map<number, CodeJob>
  /** Alone means one attempt at a time: those suspected of having taken a runner down with them. */
  isQuarantine: boolean
  isReady: boolean
  isRetired: boolean
  runs: number
  /** When its last attempt was handed to it. */
  assignedMs: number
  startedMs: number
  whenReady: Promise<void>
}

/** Attempts one runner holds at once; most of them wait for something outside. */
const mostPerRunner = 32
const mostTries = 3
/** One that has run alone for so long is most likely waiting for somebody, and no reason to let other suspects wait. */
const aloneMs = 1_000
const mostQuarantines = 16
/** How much later than an attempt's wall limit its runner is given up: it should have ended the attempt itself. */
const wallGraceMs = 5_000

export function createRunnerPool(options: PoolOptions): RunnerPool {
  const runners = new Set<Runner>()
  const waiting: CodeJob[] = []
  const suspects: CodeJob[] = []
  const deadlines = new Map<number, NodeJS.Timeout>()
  let idleTimer: NodeJS.Timeout | undefined
  let suspectTimer: NodeJS.Timeout | undefined
  let isStopped = false
  let primedRuns = 0
  /** Codes that took a runner down while they were loaded ahead. */
  const unprimable = createKnown<true>(1_000)

  function start(isQuarantine: boolean): Runner {
    let ready: () => void = () => undefined
    const runner: Runner = {
      jobs: new Map(),
      isQuarantine,
      isReady: false,
      isRetired: false,
      runs: 0,
      assignedMs: performance.now(),
      startedMs: performance.now(),
      whenReady: new Promise((resolve) => {
        ready = resolve
      }),
      process: startRunnerProcess(
        { ...options, runner: options.texts.runner },
        {
          onMessage: (message, payload) => {
            if (message.t === 'ready') {
              runner.isReady = true
              ready()
            } else onMessage(runner, message, payload)
          },
          onExit: (exit) => {
            ready()
            onExit(runner, exit)
          },
        },
      ),
    }
    runners.add(runner)
    runner.process.send(
      {
        t: 'init',
        memoryMb: options.memoryMb,
        ...(isQuarantine ? { spares: 0, primed: 0 } : { spares: options.spares, primed: options.primed }),
      },
      options.texts.prelude,
    )
    return runner
  }

  function onMessage(runner: Runner, message: AttemptMessage | { t: 'drain' }, payload: Buffer): void {
    if (message.t === 'drain') retire(runner)
    // What comes of an attempt that is over was on its way when it ended.
    else {
      const job = runner.jobs.get(message.id)
      if (message.t === 'done' && message.wasPrimed === true) primedRuns++
      if (job) hear(runner, job, message, payload)
    }
  }

  /** What can't be read ends the attempt it is about, and nobody else's: code may have broken our part of its isolate. */
  function hear(runner: Runner, job: CodeJob, message: AttemptMessage, payload: Buffer): void {
    try {
      job.onMessage(message, payload)
    } catch (error) {
      options.log?.warn({ err: error, about: message.t }, 'A sandbox runner said something of an attempt that can’t be read')
      runner.process.send({ t: 'cancel', id: job.id })
      job.fail(broken())
      // Should it be the runner itself that is no longer what it was, nothing new goes there.
      retire(runner)
    }
  }

  function onExit(runner: Runner, exit: RunnerExit): void {
    runners.delete(runner)
    const jobs = [...runner.jobs.values()]
    runner.jobs.clear()
    if (exit.culprit?.priming !== undefined) unprimable.set(exit.culprit.priming, true)
    if (isStopped) return
    if (jobs.length > 0 || !runner.isReady)
      options.log?.warn({ attempts: jobs.length, words: exit.words.slice(-2_000) }, 'A sandbox runner was lost')
    for (const job of jobs) {
      clearDeadline(job)
      if (exit.culprit !== undefined && exit.culprit.id === job.id) job.fail(blamed(exit.culprit.kind))
      else if (job.tries >= mostTries || (runner.isQuarantine && exit.culprit?.id === undefined)) job.fail(crashed())
      else if (exit.culprit?.id === undefined) suspects.push(job)
      else waiting.unshift(job)
    }
    dispatch()
  }

  function retire(runner: Runner): void {
    runner.isRetired = true
    if (runner.jobs.size === 0) runner.process.kill()
  }

  function dispatch(): void {
    if (isStopped) return
    clearTimeout(idleTimer)
    while (suspects.length > 0) {
      const alone = findQuarantine()
      if (alone === undefined) {
        clearTimeout(suspectTimer)
        suspectTimer = setTimeout(dispatch, aloneMs)
        break
      }
      const job = suspects.shift()
      if (job && !job.isOver()) assign(alone, job)
    }
    while (waiting.length > 0) {
      const runner = findRunner()
      if (runner === undefined) break
      const job = waiting.shift()
      if (job && !job.isOver()) assign(runner, job)
    }
    if (suspects.length === 0)
      for (const runner of runners) if (runner.isQuarantine && runner.jobs.size === 0) runner.process.kill()
    if ([...runners].every((runner) => runner.jobs.size === 0)) {
      idleTimer = setTimeout(killAll, options.idleMs)
      idleTimer.unref()
    }
  }

  function findQuarantine(): Runner | undefined {
    const quarantines = [...runners].filter((runner) => runner.isQuarantine && !runner.isRetired)
    const free = quarantines.find((runner) => runner.jobs.size === 0)
    if (free !== undefined || quarantines.length >= mostQuarantines) return free
    const atWork = quarantines.filter((runner) => performance.now() - runner.assignedMs < aloneMs)
    return atWork.length < options.mostRunners ? start(true) : undefined
  }

  /** The least busy runner; another is started while the others have work, and is preferred once it is ready. */
  function findRunner(): Runner | undefined {
    const usable = [...runners].filter((runner) => !runner.isQuarantine && !runner.isRetired)
    if (usable.length === 0) return start(false)
    if (usable.length < options.mostRunners && usable.every((runner) => runner.isReady && runner.jobs.size > 1)) start(false)
    const [least] = usable.toSorted((a, b) => Number(b.isReady) - Number(a.isReady) || a.jobs.size - b.jobs.size)
    return least !== undefined && least.jobs.size < mostPerRunner ? least : undefined
  }

  function assign(runner: Runner, job: CodeJob): void {
    runner.jobs.set(job.id, job)
    runner.runs++
    runner.assignedMs = performance.now()
    deadlines.set(
      job.id,
      setTimeout(() => {
        job.fail(new AppError('wall_limit', `The code took longer than ${job.wallMs / 1000} s.`))
        runner.process.kill()
      }, job.wallMs + wallGraceMs),
    )
    job.startOn(runner.process, unprimable.get(job.hash) === undefined)
    if (!runner.isQuarantine && (runner.runs >= options.mostRuns || performance.now() - runner.startedMs > options.mostAgeMs))
      runner.isRetired = true
  }

  function clearDeadline(job: CodeJob): void {
    clearTimeout(deadlines.get(job.id))
    deadlines.delete(job.id)
  }

  function killAll(): void {
    for (const runner of runners) runner.process.kill()
  }

  return {
    primedRuns: () => primedRuns,
    run(job) {
      waiting.push(job)
      dispatch()
    },
    async warm() {
      const runner = [...runners].find((one) => !one.isRetired && !one.isQuarantine) ?? start(false)
      await runner.whenReady
      dispatch()
    },
    forget(job) {
      clearDeadline(job)
      for (const runner of runners) {
        if (!runner.jobs.delete(job.id)) continue
        if (runner.isRetired && runner.jobs.size === 0) runner.process.kill()
      }
      dispatch()
    },
    stop() {
      isStopped = true
      clearTimeout(idleTimer)
      clearTimeout(suspectTimer)
      const jobs = [...waiting, ...suspects, ...[...runners].flatMap((runner) => [...runner.jobs.values()])]
      killAll()
      for (const job of jobs) job.fail(new AppError('cancelled', 'The sandbox was stopped.', { retryable: true }))
    },
  }
}

function broken(): AppError {
  const message = 'The code changed built-in functions that the sandbox itself needs, and can’t go on.'
  return new AppError('code_error', message, { retryable: false })
}

function crashed(): AppError {
  return new AppError('runner_crash', 'The code brought down the process it ran in, even when it ran alone.')
}
