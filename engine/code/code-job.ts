import { AppError, isAppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import type { CodeCall } from '../ports.ts'
import { createAnswers } from './answers.ts'
import { errorFrom } from './error-from-failure.ts'
import type { RunnerProcess } from './runner-process.ts'
import type { RunnerMessage } from './runner/messages.ts'
import { startMessage } from './start-message.ts'

/** One for all: an error of its own for every attempt that ends well would cost more than what it stops. */
const over = new AppError('cancelled', 'The step is over.')

/** One attempt of a code step as the engine sees it, over as many runners as it takes. */
export interface CodeJob {
  id: number
  wallMs: number
  tries: number
  /** Names its code. */
  hash: string
  /** Hands the attempt to a runner, which may load the code ahead for the next ones. */
  startOn(runner: RunnerProcess, mayPrime: boolean): void
  onMessage(message: RunnerMessage, payload: Buffer): void
  fail(error: unknown): void
  isOver(): boolean
}

/** Prepares an attempt. When its runner is lost through no fault of its own it can start again on another one. */
export function createCodeJob(
  id: number,
  call: CodeCall,
  onOver: (job: CodeJob) => void,
): { job: CodeJob; result: Promise<JsonText> } {
  let resolve: (result: JsonText) => void = () => undefined
  let reject: (error: unknown) => void = () => undefined
  const result = new Promise<JsonText>((...settlers) => {
    ;[resolve, reject] = settlers
  })
  const outside = new AbortController()
  let runner: RunnerProcess | undefined
  let isOver = false

  function end(settle: () => void): void {
    if (isOver) return
    isOver = true
    call.signal.removeEventListener('abort', onAbort)
    outside.abort(over)
    call.calls.close()
    settle()
    onOver(job)
  }

  function stop(error: unknown): void {
    runner?.send({ t: 'cancel', id })
    job.fail(error)
  }

  function onAbort(): void {
    const reason: unknown = call.signal.reason
    stop(isAppError(reason) ? reason : new AppError('cancelled', 'The step was cancelled.', { cause: reason }))
  }

  const answers = createAnswers({ id, call, runner: () => runner, isOver: () => isOver, stop, signal: outside.signal })

  const job: CodeJob = {
    id,
    wallMs: call.limits.wallMs,
    tries: 0,
    isOver: () => isOver,
    hash: call.bundle.hash,
    startOn(next, mayPrime) {
      runner = next
      job.tries++
      answers.begin(next)
      const { message, payload } = startMessage(id, call, next.codes, mayPrime)
      next.send(message, payload)
    },
    onMessage(message, payload) {
      switch (message.t) {
        case 'done': {
          const text = answers.checkedResult(payload)
          end(() => resolve(text))
          break
        }
        case 'failed':
          end(() => reject(errorFrom(message.failure, call)))
          break
        case 'ready':
        case 'drain':
          throw new Error('Not a word about an attempt')
        default:
          answers.onMessage(message, payload)
      }
    },
    fail: (error) => end(() => reject(error)),
  }

  call.signal.addEventListener('abort', onAbort)
  if (call.signal.aborted) onAbort()
  return { job, result }
}
