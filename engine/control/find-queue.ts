import type { JsonText } from '#shared/json.ts'
import { loadTrigger } from '../db/load-trigger.ts'
import type { ShownRun } from '../db/run-row.ts'
import { controlScope, tryControl } from '../run/prepare-start.ts'
import type { Reader } from '../read/read-run.ts'
import { isControlled, type Queue } from './start-control.ts'

/** Where a run that was over stands in line again: worked out from what started it, as the first time. */
export async function findQueue(
  reader: Pick<Reader, 'database' | 'indexOf' | 'signingKeys' | 'hooksUrl'>,
  workspaceId: string,
  run: ShownRun,
  given?: JsonText,
): Promise<Queue | null> {
  const index = await reader.indexOf(run.planHash)
  const { settings } = index.plan
  if (!isControlled(settings)) return null
  const trigger = given ?? (await loadTrigger(reader.database, workspaceId, run.id, run.requestId))
  const { signingKeys, hooksUrl } = reader
  const scope = controlScope(index, {
    runId: run.id,
    flowId: run.flowId,
    version: run.version ?? 'draft',
    startedAt: run.createdAt,
    signingKeys,
    hooksUrl,
    trigger,
    vars: undefined,
  })
  const control = tryControl(settings, scope, run.version === null)
  return control === 'failed' ? null : control.queue
}
