import { canonicalJson } from '#shared/canonical-json.ts'
import { type FlowDetail, routes } from '#shared/api.ts'
import type { Flow } from '#shared/flow.ts'
import { changesBetween } from '#shared/flow-changes.ts'
import { ApiRefusal } from './api-client.ts'
import { CommandError, exitCodes } from './command-error.ts'
import type { CommandContext, CommandResult } from './command-context.ts'
import { fetchFlow } from './fetch-flow.ts'
import { documentFrom, filesFrom, flowFile } from './flow-files.ts'
import { type Folder, openFolder } from './folder.ts'
import { checksum, type FolderState, readFolderState } from './folder-state.ts'
import { countChanges, lineDifference } from './line-difference.ts'
import { placeProblem } from './place-problem.ts'
import { sayChanges, sayConflict, sayProblems } from './push-words.ts'
import { settleFolder } from './settle-folder.ts'
import { besidePath, isWork } from './take-in.ts'

export interface PushOptions {
  dir: string | undefined
  isDryRun: boolean
  /** What changed, for the list of versions; undefined: only the draft is saved. */
  publish: string | undefined
  /** Also over what somebody else saved since the last pull. */
  isForced: boolean
}

/** Saves a folder's flow as its draft, if nobody else changed it since it was pulled; publishes it when asked to. */
export async function push(context: CommandContext, options: PushOptions): Promise<CommandResult> {
  const { terminal } = context
  const folder = openFolder(context.resolve(options.dir ?? '.'))
  const state = await readFolderState(folder)
  if (state === undefined)
    throw new CommandError(
      exitCodes.usage,
      `${folder.dir} holds no flow yet. Pull one first: holdfast pull <flow> ${options.dir ?? '.'}`,
    )
  const client = context.client(state.url)
  await refuseUnmerged(folder, state)
  const texts = new Map<string, string>()
  const document = await documentFrom(async (path) => {
    const text = await folder.read(path)
    if (text !== undefined) texts.set(path, text)
    return text
  })

  const flow = await fetchFlow(client, state.flow)
  const isNew = canonicalJson(flow.document) !== canonicalJson(document)
  const theirs = isNew ? changedSince(state, flow) : []
  const changes = describe(flow.document, document)
  const { problems } = await client.call(routes.validateFlow, { params: { id: flow.id }, body: { document } })
  const placed = problems.map((problem) => placeProblem(problem, document, texts.get(flowFile) ?? ''))
  const hasErrors = placed.some(({ severity }) => severity === 'error')
  sayProblems(terminal, placed)
  sayChanges(terminal, flow, changes, isNew)
  const result = { flow: flow.id, changes, problems: placed }

  if (theirs.length > 0 && !options.isForced) {
    sayConflict(terminal, state.revision, flow, theirs)
    return { exitCode: exitCodes.conflict, json: { ...result, revision: flow.revision, uploaded: false, theirs } }
  }
  const exitCode = hasErrors ? exitCodes.found : exitCodes.done
  if (options.isDryRun) {
    terminal.say('Nothing was uploaded (--dry-run).')
    return { exitCode, json: { ...result, revision: flow.revision, uploaded: false } }
  }
  if (theirs.length > 0) {
    const copy = await keepTheirs(folder, flow)
    terminal.say(`What was on the server (revision ${flow.revision}) is kept in ${copy}.`)
  }

  let { revision } = flow
  if (isNew) {
    const saved = await client
      .call(routes.putDraft, { params: { id: flow.id }, body: { document, revision } })
      .catch((error: unknown) => {
        if (error instanceof ApiRefusal && error.problem.code === 'revision_conflict')
          throw new CommandError(
            exitCodes.conflict,
            'Somebody saved the flow at this very moment; nothing was uploaded. Run `holdfast pull`, then push again.',
            error,
          )
        throw error
      })
    ;({ revision } = saved)
    terminal.say(`Saved as the draft, revision ${revision}.`)
  }
  const settled = await settleFolder(client, folder, { ...state, url: client.url, revision }, texts)
  for (const path of settled?.removed ?? []) terminal.say(`${path} removed, as its step is gone.`)
  for (const path of settled?.orphans ?? [])
    terminal.say(`${path} belongs to no step any more; it was changed here, so it stays.`)

  if (options.publish === undefined) return { exitCode, json: { ...result, revision, uploaded: isNew } }
  if (hasErrors) {
    terminal.say('Not published: the problems above are in the way.')
    return { exitCode, json: { ...result, revision, uploaded: isNew, published: null } }
  }
  const { version } = await client.call(routes.publishFlow, { params: { id: flow.id }, body: { comment: options.publish } })
  terminal.say(`Published as version ${version}.`)
  return { exitCode, json: { ...result, revision, uploaded: isNew, published: version } }
}

async function refuseUnmerged(folder: Folder, state: FolderState): Promise<void> {
  for (const path of Object.keys(state.files).filter(isWork)) {
    if ((await folder.read(besidePath(path))) === undefined) continue
    throw new CommandError(
      exitCodes.conflict,
      `${besidePath(path)} is still there: the server's version of ${path}, not merged yet. Take over what you want of it, delete it, then push again.`,
    )
  }
}

/** Which files would be others if the flow were pulled now. */
function changedSince(state: FolderState, flow: FlowDetail): string[] {
  if (flow.revision === state.revision) return []
  const now = filesFrom(flow.document)
  const before = Object.keys(state.files).filter(isWork)
  const isOther = (path: string) => {
    const text = now.get(path)
    return text === undefined || state.files[path] !== checksum(path, text)
  }
  return [...new Set([...now.keys(), ...before])].filter(isOther)
}

interface Change {
  name: string
  what: string
}

function describe(before: Flow, after: Flow): Change[] {
  return changesBetween(before, after).map(({ name, what, stepId }) => {
    const [old, now] = [before, after].map((flow) => flow.nodes.find(({ id }) => id === stepId)?.params['code'])
    const isCode = typeof old === 'string' && typeof now === 'string' && old !== now
    return { name, what: isCode ? `${what} (${countChanges(lineDifference(old, now))} of code)` : what }
  })
}

async function keepTheirs(folder: Folder, flow: FlowDetail): Promise<string> {
  const path = `.holdfast/overwritten/revision-${flow.revision}.json`
  await folder.write('.holdfast/.gitignore', '*\n')
  await folder.write(path, `${JSON.stringify(flow.document, null, 2)}\n`)
  return path
}
