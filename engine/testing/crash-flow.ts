import { flowOf } from './flow-builder.ts'

/** Effects before and after a wait, in a row and side by side: every place a crash can hit. */
export const crashFlow = flowOf({
  first: { type: 'set', params: { values: { n: '{{ trigger.body.n }}' } }, after: ['trigger'] },
  a: { params: { step: 'a', n: '{{ steps.first.n }}' }, after: ['first'] },
  hold: { type: 'waitForCall', params: { timeout: '1h' }, after: ['a'] },
  b: { params: { step: 'b', said: '{{ steps.hold.body }}' }, after: ['hold:received'] },
  c: { params: { step: 'c', of: '{{ steps.a.n }}' }, after: ['hold:received'] },
  d: { type: 'set', params: { values: { a: '{{ steps.a }}', b: '{{ steps.b }}', c: '{{ steps.c }}' } }, after: ['b', 'c'] },
})

export const crashResult = {
  a: { step: 'a', n: 5 },
  b: { step: 'b', said: 'go' },
  c: { step: 'c', of: 5 },
}
