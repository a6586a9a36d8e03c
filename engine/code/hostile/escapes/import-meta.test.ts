import { hostile } from '../../testing/hostile.ts'

hostile('there is no module to ask about itself', {
  code: `export default async () => {
    try { return eval('import.meta') } catch (error: any) { return error.name }
  }`,
  gives: 'SyntaxError',
})
