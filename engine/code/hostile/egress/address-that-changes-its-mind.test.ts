import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('an address that changes its mind is read once', {
  code: `export default async () => {
    let times = 0
    return (await fetch({ toString: () => (times++ === 0 ? 'http://10.0.0.1/' : 'http://93.184.216.34/') } as any)).status
  }`,
  endsAs: 'egress_denied',
  then: ({ calls }) => expect(calls).toHaveLength(1),
})
