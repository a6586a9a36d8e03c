/** How a command ends; documented in docs/your-own-editor.md. */
export const exitCodes = {
  done: 0,
  /** The flow has problems, or a test failed. */
  found: 1,
  /** The command or its settings can't be used. */
  usage: 2,
  /** Somebody else's work is in the way, or one's own. */
  conflict: 3,
  /** The server is away, or refused. */
  server: 4,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Ends a command with a sentence that says what happened and what to do next. */
export class CommandError extends Error {
  readonly exitCode: ExitCode
  constructor(exitCode: ExitCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'CommandError'
    this.exitCode = exitCode
  }
}
