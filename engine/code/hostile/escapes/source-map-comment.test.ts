import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

const map = '# sourceMappingURL=file:///etc/passwd'

hostile('a comment that names another map changes no place of an error', {
  code: `export default async () => {
    //${map}
    throw new Error('mine')
  }`,
  endsAs: 'code_error',
  saying: 'mine',
  then: ({ error }) => expect(error?.facts.line).toBe(3),
})
