import { hostile } from '../../testing/hostile.ts'

hostile('a step that has failed can’t succeed afterwards', {
  code: `export default async (context: any) => {
    setTimeout(() => context.log('after'), 1)
    queueMicrotask(() => context.log('between'))
    throw new Error('the end')
  }`,
  endsAs: 'code_error',
  saying: 'the end',
})
