import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('an address that is its own content is refused', {
  code: `export default async () => {
    return (await fetch('data:text/plain,hello')).text()
  }`,
  endsAs: 'egress_denied',
  then: ({ calls }) => expect(calls).toHaveLength(1),
})
