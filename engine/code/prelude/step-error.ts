import { withFacts } from './thrown.ts'

/** How a request ended that did not succeed. */
export interface StepFailure {
  code: string
  message: string
  attempts?: number
  retryable?: boolean
}

/** What is thrown where a step's result is awaited, once its attempts are used up. */
export class StepError extends Error {
  override name = 'StepError'
  code: string
  attempts: number
  constructor({ code, message, attempts = 1, retryable }: StepFailure, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.attempts = attempts
    withFacts(this, { kind: code, retryable: retryable !== false })
  }
}

export function installStepError(): void {
  Object.defineProperty(globalThis, 'StepError', { value: StepError, writable: true, configurable: true, enumerable: false })
}
