import { hostile } from '../../testing/hostile.ts'

hostile('changes of state without end are counted as calls', {
  code: `export default async (context: any) => {
    for (let i = 0; ; i++) await context.state.set('key ' + i, i)
  }`,
  limits: { cpuMs: 20_000 },
  endsAs: 'call_limit',
})
