import { expect, test } from 'vitest'
import { signingKey } from '../testing/signing-key.ts'
import { readWaitToken, waitToken } from './wait-token.ts'

const token = waitToken([signingKey], 'run_1', 'hold')
const old = new Uint8Array(32).fill(7)

test('a token names its wait, also once its key was replaced', () => {
  expect(readWaitToken([signingKey], token)).toEqual({ runId: 'run_1', path: 'hold' })
  expect(readWaitToken([signingKey, old], waitToken([old], 'run_1', 'a.b'))).toEqual({ runId: 'run_1', path: 'a.b' })
})

test.each([
  ['cut', token.slice(0, -1)],
  ['longer', `${token}=`],
  ['with something between', `${token.slice(0, -3)} ${token.slice(-3)}`],
  ['of another wait', token.replace('.hold.', '.held.')],
  ['of another run', token.replace('run_1', 'run_2')],
  ['under another key', waitToken([old], 'run_1', 'hold')],
  ['without a signature', 'run_1.hold.'],
  ['of one part', 'run_1'],
])('a token %s is none of ours', (_how, forged) => {
  expect(readWaitToken([signingKey], forged)).toBeUndefined()
})
