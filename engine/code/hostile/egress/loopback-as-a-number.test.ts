import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('loopback written as one number is refused', {
  code: `export default async () => {
    return (await fetch('http://2130706433:5432/')).status
  }`,
  endsAs: 'egress_denied',
  then: ({ calls }) => expect(calls).toHaveLength(1),
})
