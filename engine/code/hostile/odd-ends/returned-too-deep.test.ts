import { hostile } from '../../testing/hostile.ts'

hostile('a result beyond all depth is an error', {
  code: `export default async () => {
    let a: any = 1
    for (let i = 0; i < 1000; i++) a = [a]
    return a
  }`,
  endsAs: 'code_error',
  saying: 'nested deeper than 200',
})
