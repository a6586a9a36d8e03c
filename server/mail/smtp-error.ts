/** What a sender is told instead of "taken": 5xx for good, 4xx to try again later, 421 as a farewell. */
export class SmtpError extends Error {
  readonly responseCode: number
  constructor(responseCode: number, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'SmtpError'
    this.responseCode = responseCode
  }
}
