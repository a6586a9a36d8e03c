import { hostile } from '../../testing/hostile.ts'

hostile('a loop in the hook that writes stacks is stopped', {
  code: `export default async () => {
    Error.prepareStackTrace = () => { for (;;); }
    throw new Error('never written')
  }`,
  endsAs: 'cpu_limit',
})
