import type { EventRow, Evidence, RunRow, SeenRun } from './evidence.ts'

/** Puts together what belongs to each run that was driven: by the tag in its trigger, and by its id. */
export function seenRuns(evidence: Evidence): SeenRun[] {
  const callsByTag = Map.groupBy(evidence.ledger, (call) => call.path.split('/')[2] ?? '')
  const toldByTag = Map.groupBy(evidence.told, (told) => told.tag)
  return evidence.runs.flatMap((run) => {
    const flow = evidence.flows.get(run.flowId)
    const input = bodyOf(run)
    const tag = tagIn(input)
    if (!flow || tag === undefined) return []
    const events = evidence.events.get(run.id) ?? []
    const outputText = outputOf(run, events)
    return {
      kind: flow.kind,
      tag,
      run,
      input,
      outputText,
      output: JSON.parse(outputText) as unknown,
      events,
      calls: (callsByTag.get(tag) ?? []).filter((call) => call.key === undefined || call.key.startsWith(`${run.id}:`)),
      told: toldByTag.get(tag) ?? [],
      wasLost: (path) => events.some((event) => event.kind === 'step.lost' && event.path === path),
    }
  })
}

export function tagOf(run: RunRow): string | undefined {
  return tagIn(bodyOf(run))
}

function bodyOf(run: RunRow): unknown {
  if (run.trigger === null) return undefined
  const trigger: unknown = JSON.parse(run.trigger)
  return typeof trigger === 'object' && trigger !== null && 'body' in trigger ? trigger.body : undefined
}

/** It stands in what was sent; of a mail it is the subject. */
function tagIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const tag = 'tag' in body ? body.tag : 'subject' in body ? body.subject : undefined
  return typeof tag === 'string' ? tag : undefined
}

function outputOf(run: RunRow, events: readonly EventRow[]): string {
  if (run.outputSeq === null) return 'null'
  return events.find((event) => event.seq === run.outputSeq)?.payload ?? 'null'
}
