import { hostile } from '../../testing/hostile.ts'

hostile('a loop in a durable step of the code’s own is stopped', {
  code: `export default async (context: any) => {
    await context.step.run('spin', () => { for (;;); })
  }`,
  endsAs: 'cpu_limit',
})
