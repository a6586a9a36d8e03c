import { call, documentOf } from './document-of.ts'
import { called } from './expect.ts'
import type { FlowKind } from './kind.ts'
import { oneEach } from './one-each.ts'

/** A flow that looks for new items of a list: one run an item, whoever looks, and whatever dies over it. */
export const found: FlowKind = {
  name: 'found',
  mayPause: true,
  document: (place) =>
    documentOf(
      'Found',
      {
        type: 'http.newItems',
        // The first look may come after the first item: what is there already counts as well.
        params: { url: place.list, key: 'tag', every: '1m', startWith: 'all' },
      },
      { work: call(place, 'work', ['trigger']) },
    ),
  async drive(drive) {
    const { tag, flowId } = drive
    await drive.putInList({ tag })
    // Looks by itself once a minute; whoever can't wait has it look, and again after what died over it.
    do await drive.insist({ what: 'event' }, `/api/v1/flows/${flowId}/polls/trigger/check`, { method: 'POST' })
    while ((await drive.untilCalled('work', 8000)) === undefined && !drive.isOver())
  },
  judge: (seen) =>
    seen.run.status === 'succeeded' ? called(seen, ['work']) : [`it ${seen.run.status}: ${seen.run.error ?? ''}`],
  // An item is in the list before anybody is told of it, whatever was answered to that.
  judgeAll: (all, told) => oneEach('item', all, new Set(told.map((one) => one.tag))),
}
