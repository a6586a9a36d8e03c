import { expect } from 'vitest'
import type { EgressFetch } from '../../../ports.ts'
import { hostile } from '../../testing/hostile.ts'

let most = 0
let now = 0
const answers: EgressFetch = async ({ url }) => {
  most = Math.max(most, ++now)
  await new Promise((resolve) => setImmediate(resolve))
  now--
  return { url, status: 200, statusText: 'OK', headers: [], body: new Uint8Array(), redirected: false }
}

hostile('a thousand calls are carried out, fifty at a time', {
  code: `export default async () => (await Promise.all(Array.from({ length: 1000 }, () => fetch("http://x/")))).length`,
  answers: answers,
  limits: { cpuMs: 10_000 },
  gives: 1000,
  then: ({ calls }) => expect({ calls: calls.length, isWithin: most <= 50 }).toEqual({ calls: 1000, isWithin: true }),
})
