/** Something in a template or expression that can't be read: what is wrong, what to do, and at which character. */
export class ExpressionSyntaxError extends Error {
  readonly offset: number
  constructor(message: string, offset: number) {
    super(message)
    this.name = 'ExpressionSyntaxError'
    this.offset = offset
  }
}
