import type { SeenRun } from '../checker/evidence.ts'
import type { Told } from '../told.ts'
import { call, documentOf, webhook } from './document-of.ts'
import { called } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** Servers tell the time a little differently while they are cut off from the database. */
const skewMs = 1000

/** Its flow is turned off now and then; what came meanwhile is sent through at a rate, in order, while servers die. */
export const drained: FlowKind = {
  name: 'drained',
  weight: 3,
  isDrained: true,
  document: (place) => documentOf('Drained', webhook('drained'), { work: call(place, 'work', ['trigger']) }),
  drive: async (drive) => void (await drive.webhook({}, { key: true })),
  judge: (seen) =>
    seen.run.status === 'succeeded' ? called(seen, ['work']) : [`it ${seen.run.status}: ${seen.run.error ?? ''}`],
  judgeAll: outOfOrder,
}

interface Kept {
  tag: string
  createdAt: number
  /** Its place was taken after this. */
  sentAt: number
  /** And before that. */
  keptAt: number
}

/** Of two that were kept, the one that was known to lie in the inbox before the other was sent has its run first. */
function outOfOrder(all: readonly SeenRun[], told: readonly Told[]): string[] {
  const toldByTag = Map.groupBy(told, (one) => one.tag)
  const kept = all.flatMap((seen): Kept[] => {
    const of = toldByTag.get(seen.tag) ?? []
    // Of those with a try that nobody answered it isn't known when they came, nor whether it was live then.
    if (of.length === 0 || of.some((one) => one.status !== 202 || one.runId !== undefined)) return []
    return [
      {
        tag: seen.tag,
        createdAt: seen.run.createdAt,
        sentAt: Math.min(...of.map((one) => one.sentAt)),
        keptAt: Math.min(...of.map((one) => one.at)),
      },
    ]
  })
  return kept.flatMap((late) => {
    const passed = kept.find((early) => early.keptAt < late.sentAt && early.createdAt > late.createdAt + skewMs)
    return passed === undefined ? [] : [`${late.tag} was sent through before ${passed.tag}, which was kept earlier`]
  })
}
