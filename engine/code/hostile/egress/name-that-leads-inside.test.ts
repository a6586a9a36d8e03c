import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('a name that leads inside is refused', {
  code: `export default async () => {
    return (await fetch('http://innocent.example/')).status
  }`,
  endsAs: 'egress_denied',
  then: ({ calls }) => expect(calls).toHaveLength(1),
})
