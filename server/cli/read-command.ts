import { parseArgs } from 'node:util'
import { CommandError, exitCodes } from './command-error.ts'
import type { PullOptions } from './pull.ts'
import type { PushOptions } from './push.ts'
import type { TestOptions } from './test-flow.ts'

interface Common {
  url: string | undefined
  isJson: boolean
}

export type Command =
  | ({ command: 'pull' } & PullOptions & Common)
  | ({ command: 'push' } & PushOptions & Common)
  | ({ command: 'test' } & TestOptions & Common)
  | { command: 'help'; isJson: false; url: undefined }

export const help = `holdfast: a flow as files, for your own editor and for git

  holdfast pull <flow> [folder]   writes a flow (its id or name) as files; again: brings them up to date
      --merge                     puts the server's version beside files that both sides changed
      --force                     takes the server's version of everything; yours is put aside
  holdfast push [folder]          says what is wrong and what is different, and saves the draft
      --dry-run                   says it only
      --publish "<what changed>"  publishes the draft, too
      --force                     also over what somebody else saved meanwhile; theirs is put aside
  holdfast test [folder]          runs steps on their recorded samples, on this machine, and compares
      --update                    records what they give now
      --network                   lets code call what is not recorded

  --url <address>                 the server, in place of HOLDFAST_URL
  --json                          the result for programs

HOLDFAST_URL is the server's address (http://127.0.0.1:3000 when not set), HOLDFAST_API_KEY a key that may build.
It ends with 0, 1 (problems or failed tests), 2 (wrong use), 3 (conflict) or 4 (the server is away or refuses).`

/** What is asked for on the command line. Throws CommandError for what is none of it. */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args)
  const [command, ...rest] = positionals
  if (command === undefined || command === 'help' || values.help === true)
    return { command: 'help', isJson: false, url: undefined }
  const allowed: { [name: string]: { options: string[]; most: number } | undefined } = {
    pull: { options: ['force', 'merge'], most: 2 },
    push: { options: ['force', 'dry-run', 'publish'], most: 1 },
    test: { options: ['update', 'network'], most: 1 },
  }
  const rules = allowed[command]
  if (rules === undefined) throw wrong(`There is no command "${command}".`)
  const surplus = rest[rules.most]
  if (surplus !== undefined) throw wrong(`"${surplus}" is more than \`holdfast ${command}\` takes.`)
  const other = Object.keys(values).find((name) => !['url', 'json', ...rules.options].includes(name))
  if (other !== undefined) throw wrong(`\`holdfast ${command}\` has no option --${other}.`)
  const common = { url: values.url, isJson: values.json === true }
  if (command === 'pull') {
    if (values.force && values.merge) throw wrong('Choose one of --force and --merge.')
    const onConflict = values.force ? 'theirs' : values.merge ? 'beside' : 'refuse'
    return { command, flow: rest[0], dir: rest[1], onConflict, ...common }
  }
  if (command === 'test')
    return { command, dir: rest[0], isUpdate: values.update === true, isOnline: values.network === true, ...common }
  return {
    command: 'push',
    dir: rest[0],
    isDryRun: values['dry-run'] === true,
    publish: values.publish,
    isForced: values.force === true,
    ...common,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        force: { type: 'boolean' },
        merge: { type: 'boolean' },
        'dry-run': { type: 'boolean' },
        publish: { type: 'string' },
        update: { type: 'boolean' },
        network: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error))
  }
}

function wrong(what: string): CommandError {
  return new CommandError(exitCodes.usage, `${what} \`holdfast help\` lists everything.`)
}
