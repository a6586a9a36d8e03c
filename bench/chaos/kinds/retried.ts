import { call, documentOf, manual, output } from './document-of.ts'
import { called, gave } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** Steps whose other side refuses a few times: at once, with a date to come back, and through the error exit. */
export const retried: FlowKind = {
  name: 'retried',
  mayPause: true,
  document: (place) =>
    documentOf('Retried', manual, {
      soon: call(place, 'soon', ['trigger'], { manners: { fail: 2 } }),
      later: call(place, 'later', ['soon'], { manners: { fail: 1, failStatus: 429, retryAfter: 6 } }),
      refused: call(place, 'refused', ['later'], {
        manners: { fail: 99, failStatus: 400 },
        settings: { retry: { maxAttempts: 3, minDelayMs: 50 }, onError: 'route' },
      }),
      makeGood: call(place, 'makeGood', ['refused:error']),
      end: output(['makeGood'], { status: '{{ steps.refused.error.status }}' }),
    }),
  drive: async (drive) => void (await drive.start()),
  judge(seen) {
    const wrong = gave(seen, { status: 400 })
    wrong.push(
      ...called({ ...seen, calls: seen.calls.filter((one) => !one.path.endsWith('/refused')) }, ['soon', 'later', 'makeGood']),
    )
    const asked = seen.calls.filter((one) => one.path.endsWith('/later'))
    const [first, second] = asked
    if (first && second && first.status === 429 && second.at - first.at < 5900 && !seen.wasLost('later'))
      wrong.push(`it came back ${second.at - first.at} ms after being told to come back in 6 s`)
    return wrong
  },
}
