import { relative } from 'node:path'
import type { FlowDetail } from '#shared/api.ts'
import { CommandError, exitCodes, type ExitCode } from './command-error.ts'
import type { CommandContext, CommandResult } from './command-context.ts'
import { fetchFlow, findFlowByName } from './fetch-flow.ts'
import { openFolder, type Folder } from './folder.ts'
import { type FolderState, readFolderState, writeFolderState } from './folder-state.ts'
import { remoteFiles } from './remote-files.ts'
import { checksums } from './settle-folder.ts'
import { takeIn, type TakenIn } from './take-in.ts'

export interface PullOptions {
  /** Id or name; absent for a folder that has one already. */
  flow: string | undefined
  dir: string | undefined
  onConflict: 'refuse' | 'theirs' | 'beside'
}

/** Writes a flow as files, or brings files that were pulled before up to date. */
export async function pull(context: CommandContext, options: PullOptions): Promise<CommandResult> {
  const { folder, state, flow } = await choose(context, options)
  if (state !== undefined && state.flow !== flow.id)
    throw new CommandError(
      exitCodes.usage,
      `${folder.dir} holds another flow (${state.flow}). Name another folder: holdfast pull ${flow.id} <folder>`,
    )
  const remote = await remoteFiles(context.client(state?.url), flow)
  const taken = await takeIn(folder, state?.files ?? {}, remote, options.onConflict)
  const isRefused = taken.conflicts.length > 0 && options.onConflict === 'refuse'
  if (!isRefused) {
    await writeFolderState(folder, {
      url: context.client(state?.url).url,
      flow: flow.id,
      revision: flow.revision,
      files: checksums(remote),
    })
  }
  report(context, flow, folder, taken, isRefused)
  const exitCode: ExitCode = taken.conflicts.length > 0 ? exitCodes.conflict : exitCodes.done
  return { exitCode, json: { flow: flow.id, revision: flow.revision, dir: folder.dir, ...taken } }
}

async function choose(
  context: CommandContext,
  options: PullOptions,
): Promise<{ folder: Folder; state: FolderState | undefined; flow: FlowDetail }> {
  const here = (dir: string) => openFolder(context.resolve(dir))
  // `holdfast pull my-folder`: a folder that holds a flow is meant as one.
  const only = options.dir === undefined && options.flow !== undefined ? options.flow : undefined
  const isFolder = only !== undefined && !only.startsWith('flow_') && (await holdsFlow(here(only)))
  const dir = isFolder ? only : options.dir
  const name = isFolder ? undefined : options.flow
  if (name === undefined) {
    const folder = here(dir ?? '.')
    const state = await readFolderState(folder)
    if (state === undefined)
      throw new CommandError(
        exitCodes.usage,
        `${folder.dir} holds no flow yet. Name the one to pull: holdfast pull <flow> [folder]`,
      )
    return { folder, state, flow: await fetchFlow(context.client(state.url), state.flow) }
  }
  if (dir !== undefined) {
    const folder = here(dir)
    const state = await readFolderState(folder)
    return { folder, state, flow: await findFlowByName(context.client(state?.url), name) }
  }
  const current = here('.')
  const state = await readFolderState(current)
  const flow = await findFlowByName(context.client(state?.url), name)
  if (state?.flow === flow.id) return { folder: current, state, flow }
  const folder = here(folderName(flow))
  return { folder, state: await readFolderState(folder), flow }
}

async function holdsFlow(folder: Folder): Promise<boolean> {
  return (await readFolderState(folder)) !== undefined
}

/** As in `order-intake`. A name is anybody's text, so only letters and digits of it are taken. */
function folderName(flow: FlowDetail): string {
  const name = flow.name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '')
  return name === '' ? flow.id : name
}

function report(context: CommandContext, flow: FlowDetail, folder: Folder, taken: TakenIn, isRefused: boolean): void {
  const { terminal } = context
  const dir = relative(context.resolve('.'), folder.dir) || '.'
  for (const { path, summary, lines } of taken.conflicts) {
    terminal.say(`${terminal.styled('yellow', path)} was changed here and on the server (yours → theirs: ${summary})`)
    for (const line of lines) {
      const style = line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : 'dim'
      terminal.say(`  ${terminal.styled(style, line)}`)
    }
  }
  if (isRefused) {
    terminal.say('Nothing was written. To go on:')
    terminal.say('  holdfast pull --merge   puts the server’s version of these files beside yours, as <file>.theirs')
    terminal.say('  holdfast pull --force   takes the server’s; yours are put aside in .holdfast/overwritten')
    return
  }
  for (const path of taken.written) terminal.say(`  ${path}`)
  for (const path of taken.removed) terminal.say(`  ${path} removed`)
  for (const path of taken.orphans) terminal.say(`${path} belongs to no step any more; it was changed here, so it stays.`)
  for (const path of taken.kept) terminal.say(`${path} was changed here and stays as it is.`)
  for (const copy of taken.copies) terminal.say(`What was here is kept in ${copy}.`)
  if (taken.conflicts.length > 0)
    terminal.say('Take over what you want of each <file>.theirs, delete it, then run `holdfast push`.')
  const isSame = taken.written.length === 0 && taken.removed.length === 0
  terminal.say(
    `${terminal.styled('bold', flow.name)}, revision ${flow.revision}, is in ${dir}${isSame ? '; nothing had changed' : ''}.`,
  )
}
