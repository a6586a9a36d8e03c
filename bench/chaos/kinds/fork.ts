import { call, documentOf, manual, output } from './document-of.ts'
import { called, gave, sent } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** Side by side and together again, past a branch, a switch and a filter that leave lines dead. */
export const fork: FlowKind = {
  name: 'fork',
  mayPause: true,
  weight: 2,
  document: (place) =>
    documentOf('Fork', manual, {
      a: call(place, 'a', ['trigger'], { manners: { slowMs: 120 } }),
      b: call(place, 'b', ['trigger'], { manners: { fail: 1 } }),
      odd: { type: 'branch', after: ['trigger'], params: { condition: '{{ trigger.body.n % 2 == 1 }}' } },
      whenOdd: call(place, 'whenOdd', ['odd:true']),
      whenEven: call(place, 'whenEven', ['odd:false']),
      ways: {
        type: 'switch',
        after: ['a', 'b'],
        params: {
          cases: [
            { id: 'small', when: '{{ trigger.body.n < 5 }}' },
            { id: 'large', when: '{{ trigger.body.n >= 5 }}' },
          ],
        },
      },
      small: call(place, 'small', ['ways:small']),
      large: call(place, 'large', ['ways:large']),
      never: { type: 'filter', after: ['a'], params: { condition: false } },
      behind: call(place, 'behind', ['never']),
      joined: call(place, 'joined', ['whenOdd', 'whenEven', 'small', 'large', 'behind'], {
        body: { said: '{{ [steps.whenOdd.body.said, steps.whenEven.body.said, steps.small.body.said, steps.large.body.said] }}' },
      }),
      end: output(['joined'], { n: '{{ trigger.body.n }}', joined: '{{ steps.joined.body.said }}' }),
    }),
  drive: async (drive) => void (await drive.start({ n: drive.random.whole(1, 9) })),
  judge(seen) {
    const { n } = seen.input as { n: number }
    const isOdd = n % 2 === 1
    const isSmall = n < 5
    const said = (is: boolean) => (is ? 'yes' : null)
    return [
      ...gave(seen, { n, joined: 'yes' }),
      ...called(seen, ['a', 'b', isOdd ? 'whenOdd' : 'whenEven', isSmall ? 'small' : 'large', 'joined']),
      ...sent(seen, 'joined', { said: [said(isOdd), said(!isOdd), said(isSmall), said(!isSmall)] }),
    ]
  },
}
