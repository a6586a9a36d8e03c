import { hostile } from '../../testing/hostile.ts'

hostile('a loop in the toString of what is logged is stopped', {
  code: `export default async (context: any) => {
    context.log({ toString() { return 'never asked' } })
    String({ toString() { for (;;); } })
  }`,
  endsAs: 'cpu_limit',
})
