import { hostile } from '../../testing/hostile.ts'

hostile('throwing a revoked proxy is told as it is', {
  code: `export default async () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    throw proxy
  }`,
  endsAs: 'code_error',
  saying: 'The code threw an object instead of an error',
})
