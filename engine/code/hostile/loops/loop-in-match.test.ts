import { hostile } from '../../testing/hostile.ts'

hostile('a loop in the function that chooses an event is stopped', {
  code: `export default async (context: any) => {
    await context.step.waitForEvent('e', { event: 'e', get match() { for (;;); } })
  }`,
  endsAs: 'cpu_limit',
})
