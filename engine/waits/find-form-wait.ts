import { askingStep } from '../calls/call-path.ts'
import type { FormWait } from '../engine-api.ts'
import { stepIdIn } from '../state/run-state.ts'
import { passedAs, type Resumer } from './resume-wait.ts'
import { readWaitToken } from './wait-token.ts'

/** The form behind the address of a wait, and whether it can still be sent; undefined for what is none. */
export async function findFormWait(
  { database, signingKeys, findPlanOf }: Pick<Resumer, 'database' | 'signingKeys' | 'findPlanOf'>,
  token: string,
): Promise<FormWait | undefined> {
  const named = readWaitToken(signingKeys, token)
  if (!named || askingStep(named.path) !== undefined) return undefined
  const { runId, path } = named
  const plan = await findPlanOf(runId)
  const step = plan?.index.steps.get(stepIdIn(path))
  if (!plan || step?.type !== 'waitForForm') return undefined
  const passed = await passedAs({ database }, plan, runId, path)
  return {
    workspaceId: plan.workspaceId,
    flowId: plan.flowId,
    runId,
    path,
    name: step.name,
    params: step.params,
    state: passed === 'already_settled' ? 'answered' : passed === 'expired' ? 'over' : 'open',
    formSteps: [...plan.index.steps.values()].filter(({ type }) => type === 'waitForForm').map(({ id }) => id),
  }
}
