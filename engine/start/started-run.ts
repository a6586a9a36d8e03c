import { AppError } from '#shared/errors.ts'
import type { Reply, StartedRun } from '../engine-api.ts'
import type { Committer, Committing } from '../worker/committer.ts'

interface Place {
  committer: Committer
  replyOf(workspaceId: string, runId: string): Promise<Reply>
}

/*
 * Classes, so that every start has the same hidden class: an object with getters of its own gets one of its own, which
 * V8 keeps through all small collections, and with it the run and everything the run holds.
 */

/** A run that was made just now and is on its way to the database. */
export class FreshRun implements StartedRun {
  readonly created = true
  readonly isRepeat = false
  private readonly place: Place
  private readonly run: Committing
  private readonly written: Promise<void>
  private readonly isOwned: boolean
  private whenDurable: Promise<void> | undefined
  private answer: Promise<Reply> | undefined

  /** `written`: what became of its creation. That is known for good when nothing of it is on its way any more. */
  constructor(place: Place, run: Committing, written: Promise<void>, isOwned: boolean) {
    this.place = place
    this.run = run
    this.written = written
    this.isOwned = isOwned
  }

  get runId(): string {
    return this.run.runId
  }

  get durable(): Promise<void> {
    this.place.committer.durable(this.run).catch(() => undefined) // Hastens it; whether the run came into being is in `written`.
    return (this.whenDurable ??= this.written.catch((error: unknown) => {
      throw new AppError('not_ready', 'The run could not be started just now. Try again.', { cause: error })
    }))
  }

  get reply(): Promise<Reply> {
    return (this.answer ??= this.findReply())
  }

  private async findReply(): Promise<Reply> {
    try {
      if (!this.isOwned) await this.durable
      return await this.place.replyOf(this.run.workspaceId, this.run.runId)
    } catch (error) {
      // Not to be found, it is none that anybody deleted: it never was.
      await this.durable
      throw error
    }
  }
}

/** A run that is committed already. */
export class KnownRun implements StartedRun {
  readonly runId: string
  readonly created: boolean
  readonly isRepeat: boolean
  readonly durable = Promise.resolve()
  private readonly place: Place
  private readonly workspaceId: string

  constructor(place: Place, { workspaceId, runId }: { workspaceId: string; runId: string }, how: 'created' | 'merged' | 'known') {
    this.place = place
    this.workspaceId = workspaceId
    this.runId = runId
    this.created = how === 'created'
    this.isRepeat = how === 'known'
  }

  get reply(): Promise<Reply> {
    return this.place.replyOf(this.workspaceId, this.runId)
  }
}
