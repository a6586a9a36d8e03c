import type { FlowDetail, RouteReply } from '#shared/api.ts'
import { canonicalJson } from '#shared/canonical-json.ts'
import type { Flow } from '#shared/flow.ts'
import { isApiProblem } from '../../api/client.ts'
import { applyToFlow, jsonFromFlow, type Patch } from '../document.ts'
import type { SaveState } from '../state.ts'
import { withAssignedPaths } from './assigned-paths.ts'
import { forgetUnsaved, keepUnsaved, type TextStorage } from './unsaved-changes.ts'

/** After the last key, so that a word is one request. */
const quietMs = 250
const retryMs = [1000, 2000, 4000, 8000, 15_000]

export interface DraftSaverOptions {
  flowId: string
  /** The document the server has, and its revision. */
  document: Flow
  revision: number
  /** Changes made before, that the server doesn't have yet. */
  pending?: Patch
  send: (patch: Patch, revision: number) => Promise<RouteReply<'patchDraft'>>
  load: () => Promise<Pick<FlowDetail, 'document' | 'revision' | 'endpoints'>>
  onState: (state: SaveState) => void
  onSaved: (reply: RouteReply<'patchDraft'>) => void
  storage: TextStorage
}

export interface DraftSaver {
  add: (patch: Patch) => void
  /** Sends what there is without waiting for a pause; resolves once nothing is on its way or left. */
  flush: () => Promise<void>
  /** Writes down what the server doesn't have, for when the page goes away. Answers whether all of it is safe. */
  keep: () => boolean
  /**
   * The page is going: what isn't saved is written down, and nothing is sent any more, since an answer would find
   * nobody. `thaw` is for a page that comes back.
   */
  freeze: () => void
  thaw: () => void
  /** Gives up what the server doesn't have, to go on with what it has. */
  drop: () => void
  /** Ends it; what is left is sent once more and kept until the server has it. */
  stop: () => void
}

/**
 * Sends changes to the server in order, one request at a time, each naming the revision it was made on. What can't be
 * sent is kept and tried again; when somebody else saved in between, everything stops until the person decides.
 */
export function createDraftSaver(options: DraftSaverOptions): DraftSaver {
  const { flowId, send, load, onState, onSaved, storage } = options
  let { revision, document: known } = options
  let waiting: Patch = [...(options.pending ?? [])]
  let sent: { patch: Patch; document: Flow } | undefined
  let isBlocked = false
  let isStopped = false
  let isFrozen = false
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<void> | undefined

  const schedule = (ms: number) => {
    clearTimeout(timer)
    if (!isBlocked) timer = setTimeout(() => void run(), ms)
  }

  const keep = (): boolean => {
    const patch = [...(sent?.patch ?? []), ...waiting]
    if (patch.length === 0) {
      forgetUnsaved(storage, flowId)
      return true
    }
    const onItsWay = sent && { count: sent.patch.length, document: canonicalJson(jsonFromFlow(sent.document)) }
    return keepUnsaved(storage, flowId, { revision, patch, ...(onItsWay === undefined ? {} : { sent: onItsWay }) })
  }

  async function run(): Promise<void> {
    running ??= sendAll().finally(() => {
      running = undefined
    })
    await running
  }

  async function sendAll(): Promise<void> {
    clearTimeout(timer)
    while ((sent !== undefined || waiting.length > 0) && !isBlocked && !isFrozen) {
      if (sent === undefined) {
        sent = { patch: waiting, document: applyToFlow(known, waiting) }
        waiting = []
      }
      onState({ kind: 'saving' })
      try {
        const reply = await send(sent.patch, revision)
        accept(withAssignedPaths(sent.document, reply.endpoints), reply.revision)
        onSaved(reply)
      } catch (problem) {
        if (!(await recover(problem))) return
      }
    }
  }

  function accept(document: Flow, newRevision: number): void {
    known = document
    revision = newRevision
    sent = undefined
    failures = 0
    if (waiting.length > 0) return
    forgetUnsaved(storage, flowId)
    onState({ kind: 'saved' })
  }

  /** Whether sending may go on at once. */
  async function recover(problem: unknown): Promise<boolean> {
    if (!isApiProblem(problem)) throw problem
    if (problem.code === 'revision_conflict') return settleConflict()
    const isPassing = problem.status === 0 || problem.status === 401 || problem.status === 429 || problem.status >= 500
    if (!isPassing) {
      // What comes next may put it right, undoing it for one; then all of it is sent again.
      waiting = [...(sent?.patch ?? []), ...waiting]
      sent = undefined
      keep()
      onState({ kind: 'refused', message: problem.detail })
      return false
    }
    // Whether it got there is not known: it stays as it was sent, to be recognised if it did.
    keep()
    onState({ kind: 'offline' })
    if (!isStopped) schedule(retryMs[Math.min(failures, retryMs.length - 1)] ?? 1000)
    failures += 1
    return false
  }

  /** An answer that got lost on its way looks like somebody else's change. It is ours when the documents are equal. */
  async function settleConflict(): Promise<boolean> {
    try {
      const theirs = await load()
      if (sent !== undefined && isSame(theirs.document, withAssignedPaths(sent.document, theirs.endpoints))) {
        accept(theirs.document, theirs.revision)
        return true
      }
    } catch (problem) {
      // Without their document nothing can be said of it: the next try asks again.
      return recover(problem)
    }
    isBlocked = true
    keep()
    onState({ kind: 'conflict' })
    return false
  }

  if (waiting.length > 0) schedule(0)

  return {
    add(patch) {
      waiting.push(...patch)
      if (isBlocked || failures > 0) keep()
      if (isBlocked) return
      if (failures === 0) onState({ kind: 'saving' })
      schedule(failures === 0 ? quietMs : (retryMs[0] ?? 1000))
    },
    async flush() {
      await run()
    },
    keep,
    freeze() {
      isFrozen = true
      keep()
    },
    thaw() {
      isFrozen = false
      void run()
    },
    drop() {
      waiting = []
      sent = undefined
      isBlocked = true
    },
    stop() {
      isStopped = true
      keep()
      void run()
    },
  }
}

function isSame(a: Flow, b: Flow): boolean {
  return canonicalJson(jsonFromFlow(a)) === canonicalJson(jsonFromFlow(b))
}
