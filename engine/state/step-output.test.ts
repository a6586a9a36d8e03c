import { expect, test } from 'vitest'
import { finished, journalOf } from '../testing/journal-of.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { indexPlan } from './plan-index.ts'
import { getNode, initialState } from './run-state.ts'
import { apply } from './state.ts'
import { outputText } from './step-output.ts'

test('a list of what iterations gave that no text can hold is refused by its step’s name', () => {
  const each = { type: 'forEach', params: { items: '{{ trigger.body }}' }, after: ['trigger'] }
  const one = { type: 'output', params: { value: '{{ item }}' }, after: [], parent: 'each' }
  const state = initialState(indexPlan(flowOf({ each, one })))
  const begun = { kind: 'step.started', path: 'each', attempt: 1, data: { loop: { total: 3 } } } as const
  const items = [0, 1, 2].map((item) => finished(`each[${item}]/one`))
  for (const event of journalOf([begun, ...items])) apply(state, event)
  const node = getNode(state, 'each')
  expect(outputText(state, node, () => '1')).toBe('[1,1,1]')
  const large = 'x'.repeat(100 * 1024 ** 2)
  expect(() => outputText(state, node, () => large)).toThrow(/step "each".*256 MiB/)
})
