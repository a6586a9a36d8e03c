import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('a request whose address is changed after it was made goes where it was made to go', {
  code: `export default async () => {
    const request: any = new Request('http://10.0.0.1/')
    try { request.url = 'http://93.184.216.34/' } catch {}
    class Two extends Request { get url() { return 'http://10.0.0.1/' } }
    return (await fetch(new Two('http://10.0.0.1/'))).status
  }`,
  endsAs: 'egress_denied',
  then: ({ calls }) => expect(calls).toHaveLength(1),
})
