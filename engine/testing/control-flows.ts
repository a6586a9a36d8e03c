import { flowOf } from './flow-builder.ts'

const params = { n: '{{ trigger.body.n }}' }

/** Two runs at once, and of their steps one. */
export const limited = flowOf(
  {
    first: { params, concurrency: { limit: 1, key: 'shared' }, after: ['trigger'] },
    rest: { type: 'delay', params: { for: '20ms' }, after: ['first'] },
    second: { params, concurrency: { limit: 1, key: 'shared' }, after: ['rest'] },
  },
  { concurrency: { limit: 2 } },
)

/** Starts become runs three by three. */
export const batching = flowOf(
  { all: { type: 'output', params: { value: '{{ trigger.body }}' }, after: ['trigger'] } },
  { batch: { size: 3, for: '1h' } },
)
