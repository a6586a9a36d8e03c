import { hostile } from '../../testing/hostile.ts'

hostile('durable steps without end are counted as calls', {
  code: `export default async (context: any) => {
    for (let i = 0; ; i++) await context.step.run('step ' + i, () => i)
  }`,
  limits: { cpuMs: 20_000 },
  endsAs: 'call_limit',
})
