import { AppError } from '#shared/errors.ts'
import type { ActionCall } from '../ports.ts'
import { createFlowShelf, type FlowShelf } from './flow-shelf.ts'
import { flowOf } from './flow-builder.ts'
import type { TestEngine } from './test-engine.ts'

/** A run that runs three others in a loop and one that fails, and what that failure starts. */
export const callingFlow = flowOf({
  each: { type: 'forEach', params: { items: [1, 2, 3], concurrency: 2 }, after: ['trigger'] },
  ask: { type: 'callFlow', params: { flowId: 'work', input: '{{ item }}' }, after: [], parent: 'each' },
  fail: { type: 'callFlow', params: { flowId: 'broken' }, after: ['trigger'], onError: 'continue' },
  end: {
    type: 'output',
    params: { value: '{{ [...steps.each, steps.fail.error.details.error.code] }}' },
    after: ['each', 'fail'],
  },
})

export const callingResult = [{ n: 1 }, { n: 2 }, { n: 3 }, 'http_error']

export async function shelfForCrash(it: () => TestEngine): Promise<FlowShelf> {
  const shelf = createFlowShelf()
  const alarm = flowOf({ ring: { after: ['trigger'], params: { ring: true } } })
  const trigger = { id: 'trigger', type: 'flowFailed', name: 'A flow failed', params: {} }
  await shelf.put(it(), 'work', flowOf({ act: { params: { n: '{{ trigger.body }}' }, after: ['trigger'] } }))
  await shelf.put(it(), 'broken', flowOf({ buy: { params: { fail: true }, after: ['trigger'] } }))
  await shelf.put(it(), 'alarm', { ...alarm, plan: { ...alarm.plan, triggers: [trigger] } }, { isFailureFlow: true })
  return shelf
}

export async function actForCrash({ inputText }: ActionCall, note: () => Promise<unknown>): Promise<string> {
  await note()
  if (inputText.includes('fail')) throw new AppError('http_error', 'The shop is closed', { retryable: false })
  return inputText
}
