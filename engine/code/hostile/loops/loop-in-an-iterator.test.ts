import { hostile } from '../../testing/hostile.ts'

hostile('a loop in an iterator the sandbox reads is stopped', {
  code: `export default async () => {
    new Headers({ *[Symbol.iterator]() { for (;;); } } as any)
  }`,
  endsAs: 'cpu_limit',
})
