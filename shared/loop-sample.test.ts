import { expect, test } from 'vitest'
import type { ExpressionScope } from './expression/scope.ts'
import { Flow } from './flow.ts'
import { firstRound } from './loop-sample.ts'

const scope: ExpressionScope = {
  root: (name) => (name === 'trigger' ? '{"body":{"orders":[{"lines":[7,8],"id":12345678901234567890},{}]}}' : undefined),
  step: () => undefined,
  run: { id: '', flowId: '', version: 'draft', startedAt: '', resumeUrl: () => '', approvalUrl: () => '' },
  now: 0,
}
const flow = Flow.parse({
  nodes: [
    { id: 'orders', type: 'forEach', params: { items: '{{ trigger.body.orders }}' } },
    { id: 'lines', type: 'forEach', parent: 'orders', params: { items: '{{ item.lines }}' } },
    { id: 'again', type: 'repeat', parent: 'lines' },
    { id: 'step', type: 'set', parent: 'again' },
    { id: 'none', type: 'forEach', params: { items: '{{ trigger.body.nothing }}' } },
    { id: 'inNone', type: 'set', parent: 'none' },
  ],
})

test('a step inside loops is tried out on the first round of each, to the letter', () => {
  expect(firstRound(flow, 'orders', scope)).toEqual({})
  expect(firstRound(flow, 'lines', scope).item).toBe('{"lines":[7,8],"id":12345678901234567890}')
  expect(firstRound(flow, 'again', scope).item).toBe('7')
  expect(firstRound(flow, 'step', scope)).toEqual({
    index: '0',
    previous: 'null',
    loops:
      '{"orders":{"index":0,"item":{"lines":[7,8],"id":12345678901234567890}},"lines":{"index":0,"item":7},"again":{"index":0,"previous":null}}',
  })
})

test('what can’t be worked out is left out', () => {
  expect(firstRound(flow, 'inNone', scope)).toEqual({ index: '0', loops: '{"none":{"index":0}}' })
})
