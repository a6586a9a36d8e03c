import { AppError } from '../errors.ts'

/** How much one evaluation may do. */
export interface ExpressionLimits {
  /** About 50 ns each: one for an operation, one for a list entry touched, one for some hundred characters read. */
  steps: number
  /** Characters of newly built text, and of the JSON text of results that are more than a path. */
  size: number
}

export const defaultLimits: ExpressionLimits = { steps: 1_000_000, size: 1024 * 1024 }

/** How deep lists and objects built by an expression may be nested, as in all data. */
export const maxValueDepth = 200

/**
 * What is left to spend. Everything an expression does is paid for before it is done, in proportion to what it can
 * cost at worst, so that no expression and no data can hold up the process.
 */
export class Budget {
  private stepsLeft: number
  private sizeLeft: number
  private readonly limits: ExpressionLimits

  constructor(limits: Partial<ExpressionLimits> = {}) {
    this.limits = { ...defaultLimits, ...limits }
    this.stepsLeft = this.limits.steps
    this.sizeLeft = this.limits.size
  }

  spend(steps: number): void {
    this.stepsLeft -= steps
    if (!(this.stepsLeft >= 0)) {
      throw new AppError('expression_error', 'This takes too long to work out here. Do it in a code step instead.')
    }
  }

  /** Pays for going over a text once. */
  read(length: number): void {
    this.spend(1 + length / 64)
  }

  /** Pays for looking for one text in another: at worst every character of one meets every one of the other. */
  search(length: number, soughtLength: number): void {
    this.spend(1 + (soughtLength > 1 ? (length * soughtLength) / 16 : length / 64))
  }

  /** Pays for text that will be built. */
  build(length: number): void {
    this.spend(1 + length / 64)
    this.sizeLeft -= length
    if (!(this.sizeLeft >= 0)) throw this.tooMuchData()
  }

  /**
   * Pays for tying two texts together. The machine copies neither, so a text that grows piece by piece costs its
   * pieces, not the square of them; but the whole must fit too.
   */
  concat(length: number, otherLength: number): void {
    const shorter = Math.min(length, otherLength)
    if (shorter > 0 && length + otherLength > this.limits.size) throw this.tooMuchData()
    this.spend((length + otherLength) / 256)
    this.build(shorter)
  }

  private tooMuchData(): AppError {
    const kib = Math.round(this.limits.size / 1024)
    return new AppError(
      'expression_error',
      `This builds more than ${kib} KiB of new data. Pass the value on by itself (a hole that is only a path has no such limit) or use a code step.`,
    )
  }
}
