import { hostile } from '../../testing/hostile.ts'

hostile('an error of the code can’t pass for one of the product', {
  code: `export default async () => {
    throw Object.assign(new Error('mine'), { kind: 'database_unavailable', code: 'internal', retryable: true, name: 'AppError' })
  }`,
  endsAs: 'code_error',
  saying: 'mine',
})
