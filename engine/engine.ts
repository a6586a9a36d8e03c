import { createHash, randomBytes } from 'node:crypto'
import { AppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import type { RunStatus } from '#shared/run.ts'
import type { AttemptPorts } from './run/attempt.ts'
import { countBulk, insertBulk, readBulk } from './bulk/bulk-jobs.ts'
import { createBulkWorker } from './bulk/bulk-worker.ts'
import { createCommitter } from './worker/committer.ts'
import { forgetBulkJobs } from './db/bulk-jobs.ts'
import { countRuns } from './db/count-runs.ts'
import { createAdmissions } from './control/admissions.ts'
import { findQueue } from './control/find-queue.ts'
import type { LanePlace } from './control/lane-worker.ts'
import { createPauses } from './control/pauses.ts'
import { cursorPlace } from './read/cursor-place.ts'
import { takeChore } from './db/chores.ts'
import { createDatabase } from './db/database.ts'
import { cancelUnstarted, type EndedRun } from './db/end-unstarted.ts'
import { findLastSeq, hasEventAfter } from './db/find-event.ts'
import { findRun } from './db/find-run.ts'
import { findRunPlan } from './db/find-run-plan.ts'
import { forgetFlowState } from './db/forget-flow-state.ts'
import { insertArrival } from './db/insert-arrival.ts'
import { keepPartitions } from './db/keep-partitions.ts'
import { keepRequest } from './db/keep-request.ts'
import { listFlowsWithKept, listKept, noteKept } from './db/list-kept.ts'
import { lineFromRow, listLines } from './db/list-logs.ts'
import { listRuns } from './db/list-runs.ts'
import { deletePause, holdQueued, insertPause, tellOfPauses } from './db/pause-flow.ts'
import { findPlan, insertPlan } from './db/plans.ts'
import { retryFailedRun } from './db/retry-run.ts'
import { summaryFromRow } from './db/run-row.ts'
import { createEngineTime } from './worker/engine-time.ts'
import { createEventDesk } from './events/event-desk.ts'
import { createEventStarter } from './events/start-by-event.ts'
import type { Compiled, Engine, EngineOptions, Reply, Retention, Start, StartRun } from './engine-api.ts'
import { channel, type Hints, startHints } from './worker/hints.ts'
import { indexPlan, type PlanIndex } from './state/plan-index.ts'
import { createReplies } from './read/replies.ts'
import { moveRun } from './move/move-run.ts'
import { previewReplay, type Replayer, startReplay } from './replay/start-replay.ts'
import { createReplySeeker } from './read/seek-replies.ts'
import { resolveStep } from './waits/resolve-step.ts'
import { resumeWait } from './waits/resume-wait.ts'
import {
  readRun,
  readSteps,
  readStepsSummary,
  type Reader,
  runFromExact,
  stepFromExact,
  textFromExactRun,
  textFromExactSteps,
} from './read/read-run.ts'
import { readFlowState, readRunState } from './keep/read-state.ts'
import { createFoldedRuns } from './read/folded-runs.ts'
import { withoutApprovalLink } from '#shared/run.ts'
import { forgetApprovals } from './db/forget-approvals.ts'
import { listApprovals } from './db/list-approvals.ts'
import { createApprovalDesk } from './approvals/approval-desk.ts'
import { forgetPublished } from './db/forget-published.ts'
import { forgetOldRuns } from './history/forget-old-runs.ts'
import { createRecall } from './run/recall.ts'
import { findEnds } from './sub-flows/find-ends.ts'
import { createOutbox } from './sub-flows/outbox.ts'
import { startChild } from './sub-flows/start-child.ts'
import { startFailureFlows } from './sub-flows/start-failure-flows.ts'
import { createSlotDesk } from './slots/slot-desk.ts'
import { takeGrant } from './slots/step-slot.ts'
import { createStarter, placeOf } from './start/start-run.ts'
import { createWatchers, streamRun } from './read/stream-run.ts'
import { testStep } from './run/test-step.ts'
import { createTimers } from './worker/timers.ts'
import { createMetricTotals } from './keep/metric-totals.ts'
import { untilTakenIn } from './run/until-taken-in.ts'
import { createWordReader } from './history/word-reader.ts'
import { createWorker } from './worker/worker.ts'

/** Versions kept ready in memory. */
const mostPlans = 500
/** Pauses are told of; this is how often a process that missed it looks, and one that hears nothing. */
const pauseLookMs = 5000
const unheardPauseLookMs = 500
const tidyEveryMs = 6 * 3_600_000
const syncEveryMs = 10_000
/** How long one can see what became of a bulk action. */
const bulkJobsKeptMs = 30 * 86_400_000
const thirtyDays: Retention = { days: 30, ofFlows: () => Promise.resolve([]) }
/** What an event's own process has not done by then, it does no more. */
const sweptAfterMs = 3000

/** Durable execution on PostgreSQL, as ARCHITECTURE.md describes it. Nothing happens before `start`. */
export function createEngine(options: EngineOptions): Engine {
  const { log, signingKeys, hooksUrl, publicUrl, limits } = options
  const database = createDatabase(options.pool, log)
  /** For what no run waits for: counted apart, so that the price of a run can be told. */
  const chores = createDatabase(options.pool, log)
  const time = createEngineTime(options.clock)
  const timers = createTimers(time)
  const totals = createMetricTotals()
  const words = createWordReader({ database: chores, log, now: time.now })
  const committer = createCommitter({
    database,
    log,
    workerId: '',
    onWritten(writes) {
      const { workspaceId, runId, create, events, outbox } = writes
      if (create) {
        const trigger = create.request?.trigger ?? events[0]?.payload ?? null
        words.add({ workspaceId, runId, subject: create.subject, trigger })
      }
      for (const { flowId, name, value } of writes.metrics) totals.add(flowId, name, value)
      if (outbox.length > 0) toDo.written(outbox.map((row) => ({ ...row, workspaceId, runId })))
    },
    onTold: () => hints?.said({ kind: 'ready' }),
  })
  const toDo = createOutbox({
    database,
    time,
    log,
    onTold: ({ runId, workerId }) => tellOfArrival(runId, workerId),
    onEnded: tellOfEnds,
    startFailureFlows: (row) => startFailureFlows({ flows: options.flows, log, startRun }, row),
  })
  const replies = createReplies()
  const watchers = createWatchers()
  const plans = new Map<string, PlanIndex>()
  const counters = { attempts: 0, lostOwnership: 0 }
  const stopped = new AbortController()
  let hints: Hints | undefined
  let sweeping: NodeJS.Timeout | undefined
  let tidying: NodeJS.Timeout | undefined
  let syncing: NodeJS.Timeout | undefined
  let refreshing: NodeJS.Timeout | undefined
  let tidied = Promise.resolve()
  const ports: AttemptPorts = {
    runAction: options.runAction,
    runCode: options.runCode,
    fetch: options.fetch,
    findEgressAllow: options.findEgressAllow,
    secrets: options.secrets,
    limits,
    now: time.now,
  }
  const folded = createFoldedRuns(database, indexOf)
  const reader: Reader = { database, indexOf, folded, signingKeys, hooksUrl, publicUrl }
  const seeker = createReplySeeker({ reader, replies, isHeard: () => hints?.isHeard() ?? false })
  const replayer: Replayer = { ...reader, now: time.now, outputBytes: limits.outputBytes }

  const slots = createSlotDesk({
    database,
    log,
    onGranted(granted) {
      for (const { runId, path, workerId, arrived } of granted) {
        const run = workerId === worker.id ? worker.find(runId) : undefined
        if (!run || !takeGrant(run, path, arrived)) tellOfArrival(runId, workerId)
      }
    },
  })
  const worker = createWorker({
    database,
    directUrl: options.directUrl,
    leaseMs: options.leaseMs,
    log,
    time,
    timers,
    committer,
    indexOf,
    isHeard: () => hints?.isHeard() ?? false,
    onLost: () => counters.lostOwnership++,
    onEnded: tellOfEnds,
    onLanesForOthers: () => hints?.send({ kind: 'lanes' }),
    onTakenOver: toDo.sweep,
    onLetGo(run, how) {
      watchers.tell(run.runId)
      // A run that has answered has told so when it did.
      if (how.kind === 'finished' && run.isAwaited && !run.hasAnswered && !replies.isAwaited(run.runId))
        hints?.send({ kind: 'answered', runId: run.runId })
      if (how.kind !== 'finished' && replies.isAwaited(run.runId)) seeker.seek(run.workspaceId, run.runId)
    },
    host: {
      ports,
      slots,
      committer,
      database,
      recall: createRecall(database),
      time,
      timers,
      log,
      signingKeys,
      hooksUrl,
      publicUrl,
      random: Math.random,
      countAttempt: () => counters.attempts++,
      startChild: (run, call) => startChild({ flows: options.flows, log, indexOf, startRun }, run, call),
      findEnds: (workspaceId, runIds) => findEnds(reader, workspaceId, runIds),
      answered(run, reply) {
        if (run.isAwaited && !replies.isAwaited(run.runId)) hints?.send({ kind: 'answered', runId: run.runId })
        replies.settle(run.runId, reply)
      },
      isAwaited: replies.isAwaited,
      committed: (run) => watchers.tell(run.runId),
      publish: (event) => desk.publish(event),
      findMembers: (workspaceId, names) => options.findMembers?.(workspaceId, names) ?? Promise.resolve(new Map()),
      countVotes(run, path, votes) {
        committer
          .durable(run)
          .then(
            () => approvals.countEarly({ workspaceId: run.workspaceId, runId: run.runId, path }, votes),
            () => undefined, // Whoever has it now finds the votes.
          )
          .catch((error: unknown) => log.warn({ err: error, runId: run.runId }, 'Early votes could not be counted'))
      },
      remind(run, path, approvalId) {
        committer.durable(run).then(
          () => options.onReminder?.({ workspaceId: run.workspaceId, runId: run.runId, path, approvalId }),
          () => undefined, // Whoever has it now reminds.
        )
      },
      async lookForEvents(run) {
        await committer.durable(run)
        await desk.look(run.workspaceId, run.runId)
      },
      lookForEventsSoon(run) {
        committer.durable(run).then(
          () => desk.lookSoon(run.workspaceId, run.runId),
          () => undefined, // Whoever has it now looks.
        )
      },
    },
  })

  const pauses = createPauses(database, log)
  const admissions = createAdmissions({
    database,
    time,
    log,
    workerId: () => worker.id,
    onAdmitted(starts, { outcomes, ended, told }) {
      tellOfEnds(ended)
      for (const { runId, workerId } of told) tellOfArrival(runId, workerId)
      for (const [at, { start, facts, run }] of starts.entries()) {
        const outcome = outcomes[at]
        if (!outcome || outcome.kind === 'dropped') continue
        tellOfQueued(placeOf(facts, { ...run, dueAt: facts.createdAt }))
        words.add({ workspaceId: facts.workspaceId, runId: outcome.runId, subject: run.subject, trigger: start.trigger })
      }
    },
  })

  const starter = createStarter({
    database,
    committer,
    time,
    signingKeys,
    hooksUrl,
    isHeld: (runId) => worker.find(runId) !== undefined,
    adopt: (facts, index, created) => (options.role === 'all' ? worker.adopt(facts, index, created) : undefined),
    admit: admissions.admit,
    isPaused: pauses.has,
    onQueued: tellOfQueued,
    replyOf,
  })

  async function findPlanOf(runId: string): Promise<{ workspaceId: string; index: PlanIndex } | undefined> {
    const run = await findRunPlan(database, runId)
    return run && { workspaceId: run.workspaceId, index: await indexOf(run.planHash) }
  }

  const approvals = createApprovalDesk({ database, signingKeys, now: time.now, findPlanOf, tellOfArrival })
  const desk = createEventDesk({
    database,
    time,
    log,
    startBy: createEventStarter({ findStarts: options.findEventStarts ?? (async () => []), startRun, log }),
    tellOfArrival,
  })

  function remember(hash: string, index: PlanIndex): PlanIndex {
    plans.delete(hash)
    plans.set(hash, index)
    const [oldest] = plans.keys()
    if (plans.size > mostPlans && oldest !== undefined) plans.delete(oldest)
    return index
  }

  async function indexOf(hash: string): Promise<PlanIndex> {
    const known = plans.get(hash)
    if (known) return known
    const compiled = await findPlan((text, values) => database.read(text, values), hash)
    if (!compiled) throw new AppError('internal', `There is no plan ${hash}`)
    return remember(hash, indexPlan(compiled))
  }

  function startRun(start: StartRun): Start | Promise<Start> {
    const index = plans.get(start.planHash)
    const vars = start.vars ?? options.findVars?.(start.workspaceId)
    // What is at hand is not waited for: a start that nothing holds up is a start at once.
    if (index && (vars === undefined || typeof vars === 'string')) return starter.start(withVars(start, vars), index)
    return Promise.all([index ?? indexOf(start.planHash), vars]).then(([loaded, found]) =>
      starter.start(withVars(start, found), loaded),
    )
  }

  function replyOf(workspaceId: string, runId: string): Promise<Reply> {
    const reply = replies.of(runId)
    const run = worker.find(runId)
    if (!run || run.hasAnswered) seeker.seek(workspaceId, runId)
    return reply
  }

  /** A worker's heartbeat does this too; a process that takes requests alone must not drift away from the others. */
  async function syncTime(): Promise<void> {
    const [row] = await database.read<{ now: number }>('select (extract(epoch from clock_timestamp()) * 1000)::float8 as now', [])
    if (row) time.sync(row.now)
  }

  /** Housekeeping that nothing waits for: what fails now is done the next time. */
  async function tidy(): Promise<void> {
    if (options.role !== 'web') words.readMissed()
    const jobs = await Promise.allSettled([keepPartitions(chores, time.now()), forget()])
    for (const job of jobs)
      if (job.status === 'rejected') log.warn({ err: job.reason }, 'Housekeeping failed; it is tried again later')
  }

  async function forget(): Promise<void> {
    if (options.role === 'web' || !(await takeChore(chores, 'forget old runs', tidyEveryMs / 2))) return
    await forgetOldRuns({ database: chores, signal: stopped.signal }, options.retention ?? thirtyDays, time.now())
    while (!stopped.signal.aborted && (await forgetPublished(chores, time.now())));
    await forgetBulkJobs(chores, time.now() - bulkJobsKeptMs)
    while (!stopped.signal.aborted && (await forgetApprovals(chores)));
  }

  /** A run was left for anybody to claim; its lane says where, when it has one. */
  function tellOfQueued(place: LanePlace | undefined): void {
    if (!place) {
      worker.claimSoon()
      if (!worker.isAccepting) hints?.send({ kind: 'ready' })
    } else worker.claimFrom(place)
  }

  /** Runs were cancelled before anybody had begun with them. */
  function tellOfEnds(runs: readonly EndedRun[]): void {
    if (runs.some(({ isAwaited }) => isAwaited)) toDo.sweep()
    for (const { runId, workspaceId } of runs) {
      watchers.tell(runId)
      if (replies.isAwaited(runId)) seeker.seek(workspaceId, runId)
    }
  }

  /** Sees to events and waits for them that somebody has left in the middle. */
  function sweep(minAgeMs: number): void {
    desk.sweep(time.now() - minAgeMs)
  }

  function lookForBulk(): void {
    if (options.role !== 'web') bulk.look()
  }

  /** Tells the worker that holds the run, here or elsewhere; any worker when nobody does. */
  function tellOfArrival(runId: string, workerId: string | null): void {
    if (workerId === null) {
      worker.claimSoon()
      if (!worker.isAccepting) hints?.send({ kind: 'ready' })
    } else if (workerId === worker.id) worker.arrived(runId)
    else hints?.send({ kind: 'arrival', runId })
  }

  const bulk = createBulkWorker({
    database: chores,
    log,
    now: time.now,
    act: {
      retryRun: (...asked) => engine.retryRun(...asked),
      cancelRun: (...asked) => engine.cancelRun(...asked),
      replayRun: (...asked) => engine.replayRun(...asked),
      moveRun: (...asked) => engine.moveRun(...asked),
      resolveStep: (...asked) => engine.resolveStep(...asked),
    },
  })

  const engine: Engine = {
    async start() {
      await syncTime()
      hints = await startHints({
        url: options.directUrl,
        self: randomBytes(8).toString('hex'),
        database,
        log,
        onHint(hint) {
          if (hint.kind === 'ready') worker.claimSoon()
          else if (hint.kind === 'lanes') worker.claimFromLanes()
          else if (hint.kind === 'pauses') void pauses.refresh()
          else if (hint.kind === 'bulk') lookForBulk()
          else if (hint.kind === 'arrival') worker.arrived(hint.runId)
          else if (hint.kind === 'answered') {
            seeker.lookNow(hint.runId)
            watchers.tell(hint.runId)
          }
        },
      })
      await pauses.refresh()
      refreshing = setInterval(() => void pauses.refresh(), hints.isHeard() ? pauseLookMs : unheardPauseLookMs)
      refreshing.unref()
      if (options.role !== 'web') {
        await worker.start()
        toDo.sweep()
      } else {
        syncing = setInterval(() => void syncTime().catch(() => undefined), syncEveryMs) // Else the next one does it.
        syncing.unref()
      }
      sweep(0)
      lookForBulk()
      sweeping = setInterval(() => {
        sweep(sweptAfterMs)
        lookForBulk()
      }, options.leaseMs / 3)
      sweeping.unref()
      tidied = tidy()
      tidying = setInterval(() => {
        tidied = tidy()
      }, tidyEveryMs)
      tidying.unref()
    },
    async stop(graceMs) {
      const bulkStopped = bulk.stop()
      if (options.role !== 'web') await worker.stop(graceMs)
      await bulkStopped
      clearInterval(refreshing)
      clearInterval(tidying)
      clearInterval(syncing)
      clearInterval(sweeping)
      await desk.idle()
      await slots.stop()
      await admissions.idle()
      await committer.idle()
      await toDo.stop()
      await words.stop()
      stopped.abort()
      await tidied
      timers.close()
      seeker.stop()
      folded.close()
      await hints?.stop()
      await committer.close()
    },
    async savePlan(compiled, client) {
      const hash = hashOf(compiled)
      await insertPlan(client ?? options.pool, hash, compiled)
      if (!plans.has(hash)) remember(hash, indexPlan(compiled))
      return hash
    },
    startRun,
    keepRequest: (request) => keepRequest(database, request),
    async pauseFlow(workspaceId, flowId, client) {
      await insertPause(client, workspaceId, flowId)
      await holdQueued(client, [{ workspaceId, flowId }])
      await tellOfPauses(client, channel)
    },
    async resumeFlow(workspaceId, flowId, client) {
      await deletePause(client, workspaceId, flowId)
      await tellOfPauses(client, channel)
    },
    pausesChanged: pauses.refresh,
    listFlowsWithKept: () => listFlowsWithKept(database),
    listKept: (workspaceId, flowId, limit) => listKept(database, workspaceId, flowId, limit),
    noteKept: (workspaceId, requestId, outcome) => noteKept(database, workspaceId, requestId, outcome),
    async awaitReply(workspaceId, runId, signal) {
      const reply = replyOf(workspaceId, runId)
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      })
      return Promise.race([reply, aborted])
    },
    async cancelRun(workspaceId, runId, by, when, also) {
      const run = await findRun(database, workspaceId, runId)
      if (!run) throw new AppError('not_found', 'There is no such run.')
      // One that nobody has begun with is over at once: it needs no turn for that.
      const ended = await database.transaction(async (tx, client) => {
        const over = run.finishedAt === null ? await cancelUnstarted(tx.write, [runId], by, time.now()) : []
        if (over.length > 0) await also?.(client)
        return over
      })
      if (ended.length > 0) return tellOfEnds(ended)
      const body = JSON.stringify({ by, when })
      const lastSeq = await findLastSeq(database, workspaceId, runId)
      const outcome = await database.transaction(async (tx, client) => {
        if (run.finishedAt !== null) return undefined
        const inserted = await insertArrival(tx, { runId, path: '', kind: 'cancel', body, atMs: time.now() })
        if (inserted) await also?.(client)
        return inserted
      })
      if (!outcome) throw runIsOver()
      tellOfArrival(runId, outcome.workerId)
      // The run may be ending in this very moment: what became of it is known once its owner has answered.
      let endedAs: RunStatus | undefined
      await untilTakenIn(watchers, runId, async () => {
        if (await hasEventAfter(database, workspaceId, runId, { kind: 'run.cancelRequested', seq: lastSeq })) return true
        const after = await findRun(database, workspaceId, runId)
        endedAs = after?.finishedAt === null ? undefined : after?.status
        return endedAs !== undefined
      })
      if (endedAs !== undefined && endedAs !== 'cancelled') throw runIsOver()
    },
    async retryRun(workspaceId, runId, by, also) {
      const run = await findRun(database, workspaceId, runId)
      const queue = run ? await findQueue(reader, workspaceId, run) : null
      const isRetried = await database.transaction(async (tx, client) => {
        const isFailed = await retryFailedRun(tx, { workspaceId, runId, by, atMs: time.now(), queue })
        if (isFailed) await also?.(client)
        return isFailed
      })
      if (!isRetried) {
        if (!run) throw new AppError('not_found', 'There is no such run.')
        throw new AppError('run_not_failed', `Only a failed run can be retried; this one is ${run.status}.`)
      }
      tellOfArrival(runId, null)
    },
    resolveStep: (workspaceId, runId, path, resolution, also) =>
      resolveStep(
        {
          database,
          now: time.now,
          leaseMs: options.leaseMs,
          outputBytes: limits.outputBytes,
          indexOf,
          watchers,
          onArrival: tellOfArrival,
        },
        { workspaceId, runId, path },
        resolution,
        also,
      ),
    async replayRun(workspaceId, runId, replay, also) {
      const id = await startReplay(replayer, workspaceId, runId, replay, also)
      if (id === undefined) throw new AppError('internal', 'A replay without a key was not made.')
      tellOfArrival(id, null)
      worker.claimFromLanes()
      if (!worker.isAccepting) hints?.send({ kind: 'lanes' })
      return id
    },
    async startBulk(workspaceId, asked, also) {
      const job = await insertBulk(chores, workspaceId, asked, time.now(), also)
      lookForBulk()
      hints?.send({ kind: 'bulk' })
      return job
    },
    countBulk: (workspaceId, asked) => countBulk(chores, workspaceId, asked, time.now()),
    getBulk: (workspaceId, id) => readBulk(chores, workspaceId, id),
    async moveRun(workspaceId, runId, move, also) {
      const obstacles = await moveRun(replayer, { workspaceId, runId }, move, also)
      watchers.tell(runId)
      return obstacles
    },
    previewReplay: (workspaceId, runId, replay) => previewReplay(replayer, workspaceId, runId, replay),
    resume: (token, call) =>
      resumeWait(
        {
          database,
          signingKeys,
          now: time.now,
          findPlanOf,
          onArrival: tellOfArrival,
        },
        token,
        call,
      ),
    async listApprovals(filter) {
      const found = await listApprovals(database, { ...filter, limit: filter.limit + 1 })
      const items = found.slice(0, filter.limit)
      return { items, nextCursor: found.length > filter.limit ? (items.at(-1)?.id ?? null) : null }
    },
    findApproval: approvals.find,
    findApprovalByToken: approvals.findByToken,
    decideApproval: approvals.decide,
    publishEvent: desk.publish,
    async signalRun(signal) {
      const outcome = await desk.signal(signal)
      if (outcome) return outcome
      const run = await findRun(database, signal.workspaceId, signal.runId)
      throw run
        ? new AppError('run_finished', `The run is over already: it has ${run.status}.`)
        : new AppError('not_found', 'There is no such run.')
    },
    testStep(test) {
      const ends = (workspaceId: string, runIds: readonly string[]) => findEnds(reader, workspaceId, runIds)
      const call = { flows: options.flows, now: time.now, startRun, findEnds: ends }
      const findVars = async (workspaceId: string) => (await options.findVars?.(workspaceId)) ?? '{}'
      return testStep({ ports, signingKeys, hooksUrl, call, findVars }, test)
    },
    async getRun(workspaceId, runId) {
      const run = await readRun(reader, workspaceId, runId)
      return run && runFromExact(run)
    },
    async getRunText(workspaceId, runId, { approvalLinks } = { approvalLinks: true }) {
      const run = await readRun(reader, workspaceId, runId)
      return run && textFromExactRun(approvalLinks ? run : { ...run, waits: run.waits.map(withoutApprovalLink) })
    },
    async listRuns(filter) {
      const rows = await listRuns(database, filter, filter.limit + 1, time.now())
      const shown = rows.slice(0, filter.limit)
      return { items: shown.map(summaryFromRow), nextCursor: rows.length > filter.limit ? (shown.at(-1)?.id ?? null) : null }
    },
    async listSteps(workspaceId, runId, page) {
      const { items, nextCursor } = await readSteps(reader, workspaceId, runId, page)
      return { items: items.map(stepFromExact), nextCursor }
    },
    async listStepsText(workspaceId, runId, page) {
      return textFromExactSteps(await readSteps(reader, workspaceId, runId, page))
    },
    summarizeSteps: (workspaceId, runId) => readStepsSummary(reader, workspaceId, runId),
    async listLogs(workspaceId, runId, { path, limit, cursor }) {
      const [seq, n] = cursor === undefined ? [-1, -1] : cursorPlace(cursor)
      const rows = await listLines(database, { workspaceId, runId, path, after: { seq, n }, limit: limit + 1 })
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      return { items: shown.map(lineFromRow), nextCursor: rows.length > limit && last ? `${last.seq}-${last.n}` : null }
    },
    streamRun: (workspaceId, runId, afterId, signal) =>
      streamRun(reader, watchers, { workspaceId, runId, afterId }, AbortSignal.any([signal, stopped.signal])),
    getFlowStateText: (workspaceId, flowId, page) => readFlowState(database, workspaceId, flowId, page),
    forgetFlowState: (workspaceId, flowId, client) => forgetFlowState(client, workspaceId, flowId),
    getRunStateText: (workspaceId, runId) => readRunState(database, workspaceId, runId),
    async metrics() {
      return {
        runs: await countRuns(database),
        ...database.counters,
        checkpoints: committer.checkpoints,
        ...counters,
        flows: totals.list(),
      }
    },
  }
  return engine
}

function withVars(start: StartRun, vars: JsonText | undefined): StartRun {
  return vars === undefined ? start : { ...start, vars }
}

function runIsOver(): AppError {
  return new AppError('run_finished', 'The run is over already.')
}

function hashOf(compiled: Compiled): string {
  return createHash('sha256')
    .update(JSON.stringify(compiled.plan))
    .update('\0')
    .update(JSON.stringify(compiled.code))
    .digest('base64url')
}
