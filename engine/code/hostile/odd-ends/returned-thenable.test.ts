import { hostile } from '../../testing/hostile.ts'

hostile('something thenable is awaited', {
  code: `export default async () => {
    return { then(resolve: (value: number) => void) { resolve(7) } }
  }`,
  gives: 7,
})
