import { availableParallelism } from 'node:os'
import type { SandboxLayer } from '#shared/system.ts'
import type { CodeBundle, CodePackage, CodeRunner, Log } from '../ports.ts'
import { createCodeJob } from './code-job.ts'
import type { CodeProblem } from './code-problem.ts'
import { checkCode, compileCode, findCodeProblems, importsOf } from './compile-code.ts'
import { stopCompiler } from './compiler-process.ts'
import { explainLayers } from './explain-layers.ts'
import { layerWords } from './layer-words.ts'
import { probeLayers, type Layers } from './layers.ts'
import { ownTexts } from './own-texts.ts'
import { runnerFiles } from './runner-files.ts'
import { createRunnerPool, type RunnerPool } from './runner-pool.ts'

export interface CodeRunnerOptions {
  log?: Log
  /** Runner processes at the most; as many as cores when absent. */
  mostRunners?: number
  /** Memory of the isolates kept ready; attempts with another limit get a fresh one. */
  memoryMb?: number
  /** Fresh isolates each runner keeps ready. */
  spares?: number
  /** Isolates each runner keeps with the code of busy steps loaded in them; steps without packages load in no time. */
  primed?: number
  idleMs?: number
  mostRuns?: number
  mostAgeMs?: number
  /** Where the runner's files are put when the unprivileged user can't reach the checkout. */
  openFolder?: string
}

export interface CodeSandbox {
  run: CodeRunner
  /** The compiler serves one text at a time, and workspaces take turns; throws `not_ready` when that takes too long. */
  compileCode(code: string, packages?: readonly CodePackage[], workspaceId?: string): Promise<CodeBundle>
  /** Problems with line and column; free for code that `findCodeProblems` or `compileCode` saw before. */
  checkCode(code: string, packages?: readonly CodePackage[]): CodeProblem[]
  findCodeProblems(code: string, packages?: readonly CodePackage[], workspaceId?: string): Promise<CodeProblem[]>
  /** What the code imports, as it is written there. */
  importsOf(code: string, workspaceId?: string): Promise<string[]>
  /** What stands between user code and this machine, and what this machine lacks; tried out the first time. */
  layers(): Promise<SandboxLayer[]>
  /** Does what is done once a process, so that the first runner starts as fast as any. */
  prepare(): Promise<void>
  /** How many attempts found their code loaded already. */
  primedRuns(): Promise<number>
  /** Starts a runner ahead of its first use. */
  warm(): Promise<void>
  /** Ends every runner and the compiler; attempts in flight fail as `cancelled`. */
  stop(): Promise<void>
}

/**
 * Makes the sandbox for code steps. User code never runs in this process: it is compiled by a process of the
 * compiler's and run in isolates inside runner processes, which start with the first attempt.
 */
export function createCodeRunner(options: CodeRunnerOptions = {}): CodeSandbox {
  let probed: Promise<Layers> | undefined
  let pool: Promise<RunnerPool> | undefined
  let lastId = 0
  let isStopped = false

  const probe = async () => {
    const layers = await probeLayers()
    const facts = { layers: layers.active, missing: layers.missing }
    if (layers.missing.length === 0) options.log?.info(facts, 'User code runs behind every layer')
    else {
      const without = layers.missing.map((name) => `${name}: ${layerWords[name].missing}`)
      options.log?.warn({ ...facts, without }, 'User code runs behind fewer layers than it could: this machine lacks some')
    }
    return layers
  }
  const layers = () => (probed ??= probe())

  const startPool = async (): Promise<RunnerPool> => {
    const [texts, usable] = await Promise.all([ownTexts(), layers()])
    const files = runnerFiles({ asOtherUser: process.getuid?.() === 0, openFolder: options.openFolder ?? '/var/lib/holdfast' })
    return createRunnerPool({
      texts,
      layers: usable,
      files,
      memoryMb: options.memoryMb ?? 128,
      mostRunners: options.mostRunners ?? availableParallelism(),
      spares: options.spares ?? 4,
      primed: options.primed ?? 8,
      idleMs: options.idleMs ?? 10 * 60_000,
      mostRuns: options.mostRuns ?? 5_000,
      mostAgeMs: options.mostAgeMs ?? 15 * 60_000,
      log: options.log,
    })
  }

  const getPool = () => {
    pool ??= startPool().catch((error: unknown) => {
      pool = undefined
      throw error
    })
    return pool
  }

  return {
    async run(call) {
      if (isStopped) throw new Error('The sandbox was stopped')
      const pool = await getPool()
      const { job, result } = createCodeJob(++lastId, call, (over) => pool.forget(over))
      if (!job.isOver()) pool.run(job)
      return result
    },
    compileCode,
    checkCode,
    findCodeProblems,
    layers: async () => explainLayers(await layers()),
    importsOf,
    async prepare() {
      await Promise.all([ownTexts(), layers()])
    },
    async primedRuns() {
      return (await pool)?.primedRuns() ?? 0
    },
    async warm() {
      if (isStopped) return
      await (await getPool()).warm()
    },
    async stop() {
      isStopped = true
      const started = await pool?.catch(() => undefined)
      started?.stop()
      await stopCompiler()
    },
  }
}
