import { resolve } from 'node:path'
import { createApiClient } from './api-client.ts'
import { chooseServer } from './choose-server.ts'
import { CommandError, exitCodes, type ExitCode } from './command-error.ts'
import type { CommandContext, CommandResult } from './command-context.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { type Command, help, readCommand } from './read-command.ts'
import { testFlow } from './test-flow.ts'
import { createTerminal } from './terminal.ts'

export interface Surroundings {
  cwd: string
  environment: { [name: string]: string | undefined }
  out(text: string): void
  err(text: string): void
  hasColours: boolean
}

/** Carries out one command line and gives its exit code. Only defects are thrown. */
export async function runCommand(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  // Before anything is read of the arguments: what is wrong with them is said in the form asked for, too.
  const isJson = args.includes('--json')
  try {
    const command = readCommand(args)
    const { exitCode, json } = await carryOut(command, contextOf(command, surroundings))
    if (isJson) surroundings.out(`${JSON.stringify(json)}\n`)
    return exitCode
  } catch (thrown) {
    const error = isOfTheDisk(thrown) ? new CommandError(exitCodes.usage, `The disk refuses: ${thrown.message}.`, thrown) : thrown
    if (!(error instanceof CommandError)) throw error
    if (isJson) surroundings.out(`${JSON.stringify({ error: { message: error.message, exitCode: error.exitCode } })}\n`)
    else createTerminal({ ...surroundings, isQuiet: false }).complain(error.message)
    return error.exitCode
  }
}

/** No rights, no space, a file system that can only be read: nothing that we could know better. */
function isOfTheDisk(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'path' in error
}

function contextOf(command: Command, surroundings: Surroundings): CommandContext {
  return {
    terminal: createTerminal({ ...surroundings, isQuiet: command.isJson }),
    environment: surroundings.environment,
    resolve: (path) => resolve(surroundings.cwd, path),
    client: (remembered) => createApiClient(chooseServer(surroundings.environment, command.url, remembered)),
  }
}

async function carryOut(command: Command, context: CommandContext): Promise<CommandResult> {
  switch (command.command) {
    case 'pull':
      return pull(context, command)
    case 'push':
      return push(context, command)
    case 'test':
      return testFlow(context, command)
    case 'help':
      context.terminal.say(help)
      return { exitCode: exitCodes.done, json: {} }
  }
}
