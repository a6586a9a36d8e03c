import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('loopback inside an IPv6 address is refused', {
  code: `export default async () => {
    return (await fetch('http://[::ffff:127.0.0.1]/')).status
  }`,
  endsAs: 'egress_denied',
  then: ({ calls }) => expect(calls).toHaveLength(1),
})
