import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('a cloud’s metadata name is refused', {
  code: `export default async () => {
    return (await fetch('http://metadata.google.internal/', { headers: { 'Metadata-Flavor': 'Google' } })).text()
  }`,
  endsAs: 'egress_denied',
  then: ({ calls }) => expect(calls).toHaveLength(1),
})
