/** The code does nothing but wait: its attempt ends here and goes on when there is something for it. */
export class CodeSuspended extends Error {
  /** How many results the code has taken in. */
  readonly delivered: number
  constructor(delivered: number) {
    super('The code waits')
    this.name = 'CodeSuspended'
    this.delivered = delivered
  }
}
