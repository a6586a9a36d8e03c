import { hostile } from '../../testing/hostile.ts'

hostile('V8’s own functions have no syntax here', {
  code: `export default async () => {
    try { return eval('%DebugPrint(1)') } catch (error: any) { return error.name }
  }`,
  gives: 'SyntaxError',
})
