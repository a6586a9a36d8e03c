import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('loopback written in octal is refused', {
  code: `export default async () => {
    return (await fetch('http://0177.0.0.01/')).status
  }`,
  endsAs: 'egress_denied',
  then: ({ calls }) => expect(calls).toHaveLength(1),
})
