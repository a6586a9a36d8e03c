import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('a stack made up by the code leads to no file of the host', {
  code: `export default async () => {
    const error = new Error('made up')
    error.stack = 'Error: made up\\n    at secret (/etc/passwd:1:1)\\n    at step.ts:99999:99999\\n    at ' + 'step.ts:'.repeat(10000)
    throw error
  }`,
  endsAs: 'code_error',
  saying: 'made up',
  then: ({ error }) => expect(JSON.stringify(error?.facts)).not.toContain('passwd'),
})
