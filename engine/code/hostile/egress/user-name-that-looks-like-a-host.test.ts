import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('a host hidden behind a user name is the one that is looked at', {
  code: `export default async () => {
    return (await fetch('http://api.example.com@127.0.0.1/')).status
  }`,
  endsAs: 'egress_denied',
  then: ({ calls }) => expect(calls).toHaveLength(1),
})
