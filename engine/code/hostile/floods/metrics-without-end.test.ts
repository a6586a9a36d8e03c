import { hostile } from '../../testing/hostile.ts'

hostile('metrics without end are counted as calls', {
  code: `export default async (context: any) => {
    for (let i = 0; ; i++) context.metric('count', i)
  }`,
  limits: { cpuMs: 5_000 },
  endsAs: 'call_limit',
})
