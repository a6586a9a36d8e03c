import type { Pool } from 'pg'
import type { Evidence, PlanSteps, WaitRow } from '../checker/evidence.ts'

/** What there is beside runs and journals: open waits, the audit log, and the plans runs follow. */
export async function loadRest(pool: Pool): Promise<Pick<Evidence, 'waits' | 'audit' | 'plans'>> {
  const [waits, audit, plans] = await Promise.all([
    pool.query<WaitRow>(
      `select run_id as "runId", path, kind, (extract(epoch from due_at) * 1000)::float8 as "dueAt" from engine.waits`,
    ),
    pool.query<{ action: string; target: string | null; at: number }>(
      `select action, target, (extract(epoch from at) * 1000)::float8 as at from app.audit_log`,
    ),
    pool.query<{ hash: string; plan: string }>(`select hash, plan from engine.plans`),
  ])
  return {
    waits: waits.rows,
    audit: audit.rows,
    plans: new Map(plans.rows.map(({ hash, plan }) => [hash, stepsOf(plan)])),
  }
}

function stepsOf(text: string): PlanSteps {
  const { steps } = JSON.parse(text) as { steps: (PlanSteps[string] & { id: string })[] }
  return Object.fromEntries(steps.map((step) => [step.id, step]))
}
