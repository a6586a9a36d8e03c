import { hostile } from '../../testing/hostile.ts'

hostile('a BigInt as the result is an error that says where', {
  code: `export default async () => {
    return { price: 5n }
  }`,
  endsAs: 'code_error',
  saying: 'result.price is a BigInt',
})
