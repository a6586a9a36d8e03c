/** What a sender is told instead of "taken": 5xx for good, 4xx to try again later, 421 as a farewell. */
export class SmtpError extends Error {
  readonly responseCode: number
  /** What was sent took so much that its sender has to wait before sending more. */
  readonly isCostly: boolean
  constructor(responseCode: number, message: string, { cause, isCostly = false }: { cause?: unknown; isCostly?: boolean } = {}) {
    super(message, { cause })
    this.name = 'SmtpError'
    this.responseCode = responseCode
    this.isCostly = isCostly
  }
}
