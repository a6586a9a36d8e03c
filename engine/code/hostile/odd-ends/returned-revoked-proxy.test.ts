import { hostile } from '../../testing/hostile.ts'

hostile('a revoked proxy as the result is an error', {
  code: `export default async () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  }`,
  endsAs: 'code_error',
  saying: 'revoked',
})
