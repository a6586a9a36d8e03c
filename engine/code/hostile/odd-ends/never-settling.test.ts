import { hostile } from '../../testing/hostile.ts'

hostile('code that waits for what never comes is told at once', {
  code: `export default async () => {
    return new Promise(() => {})
  }`,
  endsAs: 'code_error',
  saying: 'ever settle',
})
