import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('an address of a file is refused', {
  code: `export default async () => {
    return (await fetch('file:///etc/passwd')).text()
  }`,
  endsAs: 'egress_denied',
  then: ({ calls }) => expect(calls).toHaveLength(1),
})
