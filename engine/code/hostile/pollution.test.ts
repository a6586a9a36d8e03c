import { afterAll, expect, test } from 'vitest'
import { createTestSandbox } from '../testing/test-sandbox.ts'

const sandbox = createTestSandbox({ mostRunners: 1, spares: 1 })
afterAll(() => sandbox.stop())

const looks = `
  const seen: unknown[] = [({} as any).polluted, (globalThis as any).left, Array.prototype.includes.call([1], 1), JSON.stringify({ a: 1 }), typeof fetch, String(new URL('http://a/'))]
  return seen`
const clean = [null, null, true, '{"a":1}', 'function', 'http://a/']

test.each([
  ['Object.prototype', '(Object.prototype as any).polluted = true'],
  ['a global', '(globalThis as any).left = "behind"'],
  ['a built-in method', 'Array.prototype.includes = () => false'],
  ['JSON', 'JSON.stringify = () => "stolen"; JSON.parse = () => ({ stolen: true })'],
  ['the globals of the sandbox', '(globalThis as any).fetch = undefined; (globalThis as any).URL = class {}'],
  [
    'everything it can delete',
    'for (const name of Object.getOwnPropertyNames(globalThis)) try { delete (globalThis as any)[name] } catch {}',
  ],
  [
    'a getter on every object',
    'Object.defineProperty(Object.prototype, "then", { get() { return undefined }, configurable: true })',
  ],
])('a run that changes %s leaves the next one as it was', async (_, body) => {
  expect(await sandbox.run(`export default () => { ${body}; return 1 }`)).toBe(1)
  expect(await sandbox.run(`export default () => { ${looks} }`)).toEqual(clean)
})

test('two attempts of the same code share nothing at the top of the module', async () => {
  const code = 'let count = 0; export default () => ++count'
  expect([await sandbox.run(code), await sandbox.run(code)]).toEqual([1, 1])
})

test('work left behind is gone with its run', async () => {
  expect(await sandbox.run('export default ({ log }: any) => { setInterval(() => log("still here"), 1); return 1 }')).toBe(1)
  await sandbox.run('export default () => new Promise((resolve) => setTimeout(resolve, 50))')
  expect(sandbox.lines).toEqual([])
})
