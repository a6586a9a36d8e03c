import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('a cloud’s metadata address is refused', {
  code: `export default async () => {
    return (await fetch('http://169.254.169.254/latest/meta-data/')).text()
  }`,
  endsAs: 'egress_denied',
  then: ({ calls }) => expect(calls).toHaveLength(1),
})
