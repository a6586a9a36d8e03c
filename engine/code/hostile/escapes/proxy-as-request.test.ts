import { expect } from 'vitest'
import { anyAnswer, hostile } from '../../testing/hostile.ts'

hostile('a proxy as the options of a call is read inside and leaves as plain text', {
  code: `export default async () => {
    const spy: any = new Proxy({}, { get: (_, key) => (key === 'method' ? 'POST' : key === 'body' ? 'plain' : undefined) })
    return (await fetch('http://x/', spy)).status
  }`,
  answers: anyAnswer,
  gives: 200,
  then: ({ calls }) => expect(calls).toMatchObject([{ method: 'POST', url: 'http://x/', followRedirects: true }]),
})
