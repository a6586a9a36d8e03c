import { createHash, randomBytes } from 'node:crypto'
import { AppError } from '#shared/errors.ts'
import type { AttemptPorts } from './run/attempt.ts'
import { countBulk, insertBulk, readBulk } from './bulk/bulk-jobs.ts'
import { createBulkWorker } from './bulk/bulk-worker.ts'
import { createCommitter } from './worker/committer.ts'
import { countRuns } from './db/count-runs.ts'
import type { Admission } from './control/admit-starts.ts'
import type { LanePlace } from './control/lane-worker.ts'
import { createPauses } from './control/pauses.ts'
import { createDatabase } from './db/database.ts'
import { databaseTime } from './db/database-time.ts'
import type { EndedRun } from './db/end-unstarted.ts'
import { findRun } from './db/find-run.ts'
import { findRunPlan } from './db/find-run-plan.ts'
import { forgetFlowState } from './db/forget-flow-state.ts'
import { deletePause, holdQueued, insertPause, tellOfPauses } from './db/pause-flow.ts'
import { insertPlan } from './db/plans.ts'
import { createEngineTime } from './worker/engine-time.ts'
import { createEventDesk } from './events/event-desk.ts'
import { createEventStarter } from './events/start-by-event.ts'
import type { Compiled, Engine, EngineOptions, Reply } from './engine-api.ts'
import { channel, type Hints, startHints } from './worker/hints.ts'
import type { PlanIndex } from './state/plan-index.ts'
import { createHousekeeping } from './history/housekeeping.ts'
import { pageOfApprovals } from './read/pages.ts'
import { createPlanShelf } from './read/plan-shelf.ts'
import { readAnswer } from './read/read-answer.ts'
import { createReplies } from './read/replies.ts'
import { createRunReading } from './read/run-reading.ts'
import { createReplySeeker } from './read/reply-seeker.ts'
import { listKnownRuns } from './db/list-known-runs.ts'
import { findFormWait } from './waits/find-form-wait.ts'
import { resumeWait } from './waits/resume-wait.ts'
import { readWaitToken } from './waits/wait-token.ts'
import type { Reader } from './read/read-run.ts'
import { createFoldedRuns } from './read/folded-runs.ts'
import { createApprovalDesk } from './approvals/approval-desk.ts'
import { createInterventions } from './run/interventions.ts'
import { createRecall } from './run/recall.ts'
import { findEnds } from './sub-flows/find-ends.ts'
import { createOutbox } from './sub-flows/outbox.ts'
import { startChild } from './sub-flows/start-child.ts'
import { startFailureFlows } from './sub-flows/start-failure-flows.ts'
import { createSlotDesk } from './slots/slot-desk.ts'
import { takeGrant } from './slots/step-slot.ts'
import type { PreparedStart } from './run/prepare-start.ts'
import type { LookPorts } from './polls/look-once.ts'
import { createPollWorker } from './polls/poll-worker.ts'
import { createScheduleWorker } from './schedules/schedule-worker.ts'
import { createOwnStarts } from './start/own-starts.ts'
import { createRequestShelf } from './start/request-shelf.ts'
import { placeOf } from './start/start-run.ts'
import { createStarts } from './start/starts.ts'
import { createWatchers, streamRun } from './read/stream-run.ts'
import { testStep } from './run/test-step.ts'
import { createLookout } from './worker/lookout.ts'
import { createTimers } from './worker/timers.ts'
import { createMetricTotals } from './keep/metric-totals.ts'
import { createWordReader } from './history/word-reader.ts'
import { createWorkDispatch } from './worker/work-dispatch.ts'
import { createWorker } from './worker/worker.ts'

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
  const housekeeping = createHousekeeping({
    database: chores,
    log,
    now: time.now,
    words,
    retention: options.retention,
    forgets: options.role !== 'web',
  })
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
  const plans = createPlanShelf(database)
  const { indexOf } = plans
  const counters = { attempts: 0, lostOwnership: 0 }
  const stopped = new AbortController()
  let hints: Hints | undefined
  const ports: AttemptPorts = {
    runAction: options.runAction,
    runCode: options.runCode,
    fetch: options.fetch,
    findEgressAllow: options.findEgressAllow,
    secrets: options.secrets,
    files: options.files,
    limits,
    now: time.now,
  }
  const folded = createFoldedRuns(database, indexOf)
  const reader: Reader = { database, indexOf, folded, signingKeys, hooksUrl, publicUrl }
  const seeker = createReplySeeker({ reader, replies, isHeard: () => hints?.isHeard() ?? false })

  const slots = createSlotDesk({
    database,
    log,
    onGranted(granted) {
      for (const { runId, path, workerId, arrived } of granted) {
        const run = workerId === worker.id() ? worker.find(runId) : undefined
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
    mostTriggerBytes: limits.triggerBytes,
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
      unread: (run) => seeker.seek(run.workspaceId, run.runId),
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
  const starts = createStarts({
    database,
    committer,
    time,
    log,
    signingKeys,
    hooksUrl,
    plans,
    findVars: options.findVars,
    workerId: worker.id,
    isHeld: (runId) => worker.find(runId) !== undefined,
    adopt: (facts, index, created, trigger) =>
      options.role === 'all' ? worker.adopt(facts, index, created, trigger) : undefined,
    isPaused: pauses.has,
    onQueued: tellOfQueued,
    onAdmitted: tellOfAdmitted,
    replyOf,
  })
  const { startRun } = starts
  const schedules = createScheduleWorker({ ...starts.ports, database: chores, log, timers, now: time.now })

  const lookPorts: LookPorts = {
    poll: options.poll,
    fetch: options.fetch,
    findEgressAllow: options.findEgressAllow,
    secrets: options.secrets,
    limits,
    log,
    now: time.now,
  }
  const polls = createPollWorker({ ...lookPorts, ...starts.ports, database: chores, timers, workerId: worker.id })

  function tellOfAdmitted(admitted: readonly PreparedStart[], { outcomes, ended, told }: Admission): void {
    tellOfEnds(ended)
    for (const { runId, workerId } of told) tellOfArrival(runId, workerId)
    for (const [at, { start, facts, run }] of admitted.entries()) {
      const outcome = outcomes[at]
      if (!outcome || outcome.kind === 'dropped') continue
      tellOfQueued(placeOf(facts, { ...run, dueAt: facts.createdAt }))
      words.add({ workspaceId: facts.workspaceId, runId: outcome.runId, subject: run.subject, trigger: start.trigger })
    }
  }

  async function findPlanOf(runId: string): Promise<{ workspaceId: string; flowId: string; index: PlanIndex } | undefined> {
    const run = await findRunPlan(database, runId)
    return run && { workspaceId: run.workspaceId, flowId: run.flowId, index: await indexOf(run.planHash) }
  }

  const approvals = createApprovalDesk({ database, signingKeys, now: time.now, findPlanOf, tellOfArrival })
  const desk = createEventDesk({
    database,
    time,
    log,
    startBy: createEventStarter({ findStarts: options.findEventStarts ?? (async () => []), startRun, log }),
    tellOfArrival,
  })

  function replyOf(workspaceId: string, runId: string): Promise<Reply> {
    const reply = replies.of(runId)
    const run = worker.find(runId)
    if (!run || run.hasAnswered) seeker.seek(workspaceId, runId)
    return reply
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

  /** Tells the worker that holds the run, here or elsewhere; any worker when nobody does. */
  function tellOfArrival(runId: string, workerId: string | null): void {
    if (workerId === null) {
      worker.claimSoon()
      if (!worker.isAccepting) hints?.send({ kind: 'ready' })
    } else if (workerId === worker.id()) worker.arrived(runId)
    else hints?.send({ kind: 'arrival', runId })
  }

  const interventions = createInterventions({
    reader,
    now: time.now,
    leaseMs: options.leaseMs,
    outputBytes: limits.outputBytes,
    watchers,
    tellOfArrival,
    tellOfEnds,
    onReplayed() {
      worker.claimFromLanes()
      if (!worker.isAccepting) hints?.send({ kind: 'lanes' })
    },
  })
  const ownStarts = createOwnStarts({
    database: chores,
    now: time.now,
    lookPorts,
    onHastened() {
      if (options.role !== 'web') polls.look()
      hints?.send({ kind: 'polls' })
    },
  })
  const bulk = createBulkWorker({ database: chores, log, now: time.now, act: interventions })

  const dispatch = createWorkDispatch({
    carriesOut: options.role !== 'web',
    onKept: () => options.onKept?.(),
    ...{ time, worker, pauses, desk, schedules, polls, bulk, seeker, watchers },
  })
  const lookout = createLookout({
    database,
    log,
    time,
    leaseMs: options.leaseMs,
    isHeard: () => hints?.isHeard() ?? false,
    onWork: dispatch.found,
  })

  const engine: Engine = {
    async start() {
      time.sync(await databaseTime(database))
      hints = await startHints({
        url: options.directUrl,
        self: randomBytes(8).toString('hex'),
        database,
        log,
        onHint: dispatch.told,
      })
      await pauses.refresh()
      if (options.role !== 'web') {
        await worker.start()
        toDo.sweep()
      }
      dispatch.lookForAll()
      if (options.role !== 'web') schedules.renew()
      lookout.start()
      housekeeping.start()
    },
    async stop(graceMs) {
      const looksStopped = Promise.all([lookout.stop(), bulk.stop()])
      // No step begins from this moment on, and what starts now is left to others.
      if (options.role !== 'web') worker.drain()
      await Promise.all([schedules.stop(), polls.stop()])
      if (options.role !== 'web') await worker.stop(graceMs)
      await looksStopped
      await desk.idle()
      await slots.stop()
      await starts.idle()
      await committer.idle()
      await toDo.stop()
      await words.stop()
      stopped.abort()
      await housekeeping.stop()
      timers.close()
      seeker.stop()
      folded.close()
      await hints?.stop()
      await committer.close()
    },
    async savePlan(compiled, client) {
      const hash = hashOf(compiled)
      await insertPlan(client ?? options.pool, hash, compiled)
      plans.add(hash, compiled)
      return hash
    },
    startRun,
    startRunWith: starts.startRunWith,
    ...createRequestShelf(database, options.pool),
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
    ...ownStarts,
    findAnswer: (workspaceId, runId) => readAnswer(reader, workspaceId, runId),
    async awaitReply(workspaceId, runId, signal) {
      const reply = replyOf(workspaceId, runId)
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      })
      return Promise.race([reply, aborted])
    },
    ...interventions,
    async startBulk(workspaceId, asked, also) {
      const job = await insertBulk(chores, workspaceId, asked, time.now(), also)
      if (options.role !== 'web') bulk.look()
      hints?.send({ kind: 'bulk' })
      return job
    },
    countBulk: (workspaceId, asked) => countBulk(chores, workspaceId, asked, time.now()),
    getBulk: (workspaceId, id) => readBulk(chores, workspaceId, id),
    isWaitToken: (token) => readWaitToken(signingKeys, token) !== undefined,
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
    knownRuns: (workspaceId, ids) => listKnownRuns(database, workspaceId, ids),
    findFormWait: (token) => findFormWait({ database, signingKeys, findPlanOf }, token),
    listApprovals: (filter) => pageOfApprovals(database, filter),
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
    ...createRunReading(reader, database, time.now),
    streamRun: (workspaceId, runId, afterId, signal) =>
      streamRun(reader, watchers, { workspaceId, runId, afterId }, AbortSignal.any([signal, stopped.signal])),
    forgetFlowState: (workspaceId, flowId, client) => forgetFlowState(client, workspaceId, flowId),
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

function hashOf(compiled: Compiled): string {
  return createHash('sha256')
    .update(JSON.stringify(compiled.plan))
    .update('\0')
    .update(JSON.stringify(compiled.code))
    .digest('base64url')
}
