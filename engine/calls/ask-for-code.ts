import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { Json } from '#shared/json.ts'
import { openQuestion, waitOf } from '../approvals/open-question.ts'
import { isMemberId, questionFrom } from '../approvals/question.ts'
import { unanswered } from '../approvals/unanswered.ts'
import { closeQuestion, type OwnedRun } from '../run/owned-run.ts'
import type { CodeRequest } from '../ports.ts'
import type { NodeState } from '../state/run-state.ts'
import type { CallState } from './call-log.ts'
import type { Performed } from './calls-host.ts'
import { settleCall } from './settle-call.ts'
import { deadlineOf } from './wait-from.ts'

const Options = z.record(z.string(), Json)

/** Puts a question of code's to people. Who they are is looked up first: code may name members that don't exist. */
export async function askForCode(run: OwnedRun, call: CallState, request: CodeRequest): Promise<Performed> {
  const question = questionFrom(Options.parse(JSON.parse(request.options)), call.asked.name)
  const names = (question.approvers ?? []).filter((name) => !run.members.has(name))
  const found = names.length > 0 ? await run.host.findMembers(run.workspaceId, names) : undefined
  for (const name of names) run.members.set(name, found?.get(name) ?? null)
  const unknown = question.approvers?.find((name) => isMemberId(name) && run.members.get(name) === null)
  if (unknown !== undefined)
    throw new AppError('invalid_input', `There is no member "${unknown}" who could decide. Choose somebody else.`)
  const asked = { question, expiresAt: deadlineOf(request, run.host.time.now()) }
  const wait = waitOf(run, asked)
  return { wait, open: () => openQuestion(run, call.path, wait.id, asked) }
}

/** What people have said, or that nobody has in time. */
export function settleQuestion(run: OwnedRun, node: NodeState, call: CallState, body: string | null): void {
  if (body === null) {
    closeQuestion(run, call.path, 'timeout')
    return settleCall(run, node, call, approvedText(unanswered('timeout', run.host.time.now()), false), 'timeout')
  }
  const { decision } = Decision.parse(JSON.parse(body))
  settleCall(run, node, call, approvedText(body, decision === 'approved'), decision)
}

const Decision = z.object({ decision: z.enum(['approved', 'rejected']) })

function approvedText(answer: string, isApproved: boolean): string {
  return `{"approved":${isApproved},${answer.slice(1)}`
}
