import { randomBytes } from 'node:crypto'
import { fillIn } from '#shared/form-field.ts'
import { idFrom } from '#shared/ids.ts'
import type { ArrivalRow } from '../db/load-arrivals.ts'
import { withoutNul } from '../db/without-nul.ts'
import type { StepWait } from '../state/journal.ts'
import { append, openWait, type OwnedRun, writesOf } from '../run/owned-run.ts'
import type { Question } from './question.ts'

/** A question with its times. */
export interface Asked {
  question: Question
  expiresAt: number | null
  remindAt?: number
}

export type ApprovalWait = Extract<StepWait, { kind: 'approval' }>

/** Lets a step ask, and wait for the answer. */
export function ask(run: OwnedRun, path: string, attempt: number, asked: Asked): void {
  const wait = waitOf(run, asked)
  append(run, { kind: 'step.waiting', path, attempt, data: wait })
  openQuestion(run, path, wait.id, asked)
}

/** What is journaled of a question; what is asked is kept beside the run. */
export function waitOf(run: OwnedRun, { question, expiresAt, remindAt }: Asked): ApprovalWait {
  const { onTimeout, fields } = question
  return {
    kind: 'approval',
    id: idFrom('approval', run.host.time.now(), randomBytes(10)),
    expiresAt,
    onTimeout,
    ...(remindAt === undefined ? {} : { remindAt }),
    ...(onTimeout === 'approve' && fields.length > 0 ? { fields: fillIn(fields, {}).values } : {}),
  }
}

/** Puts the question where people find it. Votes that came before it are counted as soon as it stands there. */
export function openQuestion(run: OwnedRun, path: string, id: string, { question, expiresAt, remindAt }: Asked): void {
  writesOf(run).asked.push({
    id,
    path,
    flowId: run.facts.flowId,
    title: withoutNul(question.title),
    message: withoutNul(question.message),
    fields: JSON.stringify(question.fields),
    approvers: question.approvers ? JSON.stringify(question.approvers.map((name) => run.members.get(name) ?? name)) : null,
    required: question.required,
    requester: run.startedBy ?? null,
    excludesRequester: question.excludesRequester,
    onTimeout: question.onTimeout,
    askedAt: run.host.time.now(),
    expiresAt,
    remindAt: remindAt ?? null,
  })
  run.asked.set(path, id)
  openWait(run, path, { kind: 'approval', dueAt: expiresAt }, question.title)
  countEarlyVotes(run, path)
}

/** A vote came for a question that was not asked yet. */
export function keepEarlyVote(run: OwnedRun, { path, body }: ArrivalRow): void {
  if (body === null) return
  const before = run.earlyVotes.get(path)
  if (before) before.push(body)
  else run.earlyVotes.set(path, [body])
  if (run.asked.has(path)) countEarlyVotes(run, path)
}

function countEarlyVotes(run: OwnedRun, path: string): void {
  const votes = run.earlyVotes.get(path)
  if (!votes) return
  run.earlyVotes.delete(path)
  run.host.countVotes(run, path, votes)
}
