import { hostile } from '../../testing/hostile.ts'

hostile('what the last pattern matched is not told to the next run', {
  code: `export default async () => {
    /sec(ret)/.exec('secret')
    return (RegExp as any).$1
  }`,
  gives: 'ret',
})
