import type { ApiClient } from './api-client.ts'
import type { ExitCode } from './command-error.ts'
import type { Terminal } from './terminal.ts'

/** What every command is given. */
export interface CommandContext {
  terminal: Terminal
  environment: { [name: string]: string | undefined }
  /** A path as it was given, from where the command was called. */
  resolve(path: string): string
  /** The server of this command; `remembered` is the address that the folder names. */
  client(remembered: string | undefined): ApiClient
}

export interface CommandResult {
  exitCode: ExitCode
  /** What `--json` prints. */
  json: object
}
