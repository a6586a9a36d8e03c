import { call, documentOf, webhook } from './document-of.ts'
import { called } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** A pause that is waited out in the process, and one that gives the run back to the database. */
export const pause: FlowKind = {
  name: 'pause',
  mayPause: true,
  document: (place) =>
    documentOf('Pause', webhook('pause'), {
      before: call(place, 'before', ['trigger']),
      short: { type: 'delay', after: ['before'], params: { for: '1500ms' } },
      between: call(place, 'between', ['short']),
      long: { type: 'delay', after: ['between'], params: { for: '8s' } },
      after: call(place, 'after', ['long']),
    }),
  drive: async (drive) => void (await drive.webhook({}, { key: true })),
  judge(seen) {
    const wrong = called(seen, ['before', 'between', 'after'])
    const [between] = seen.calls.filter((one) => one.path.endsWith('/between'))
    const [after] = seen.calls.filter((one) => one.path.endsWith('/after'))
    // Two servers' clocks and the ledger's agree to some milliseconds.
    if (between && after && after.at - between.at < 7950) wrong.push(`a pause of 8 s took ${after.at - between.at} ms`)
    return wrong
  },
}
