import { afterAll, afterEach, expect, test } from 'vitest'
import { createTestSandbox } from '../testing/test-sandbox.ts'

const sandbox = createTestSandbox({ mostRunners: 1 })
afterAll(() => sandbox.stop())
afterEach(async () => {
  expect(await sandbox.run('export default () => "healthy"')).toBe('healthy')
})

const step = (body: string) => `export default async (context: any) => { ${body} }`

test('nothing of Node, and nothing that shares memory or runs other machine code, is a global', async () => {
  const names = [
    'process',
    'require',
    'module',
    'exports',
    'global',
    '__dirname',
    'WebAssembly',
    'SharedArrayBuffer',
    'Atomics',
    'ivm',
    'host',
    'post',
    'ask',
    '__start',
    '__step',
    '__prelude',
    'Deno',
    'Bun',
  ]
  expect(await sandbox.run(step(`return ${JSON.stringify(names)}.filter((name) => name in globalThis)`))).toEqual([])
})

test.each([
  ['a function of the context', 'context.log'],
  ['a method of console', 'console.log'],
  ['fetch', 'fetch'],
  ['a timer', 'setTimeout'],
  ['a class of ours', 'URL'],
  ['crypto', 'crypto.getRandomValues'],
  ['an async function', '(async () => {})'],
  ['a generator', '(function* () {})'],
  ['an error of ours', 'NonRetryableError'],
  ['an array of the data', 'context.trigger.list.map'],
])('the constructor of %s leads to the isolate’s own globals only', async (_, value) => {
  const code = step(`
    const reached = (${value}).constructor("return typeof process + typeof require + typeof WebAssembly")
    let found = await reached()
    if (found && found.next) found = found.next().value
    return found`)
  expect(await sandbox.run(code, { trigger: { list: [1] } })).toBe('undefinedundefinedundefined')
})

test('hooking into stacks shows functions and receivers of nobody else', async () => {
  const code = step(`
    const seen: string[] = []
    Error.prepareStackTrace = (_, sites) => {
      for (const site of sites) seen.push(typeof site.getFunction() + ' ' + (site.getThis() === undefined || site.getThis() === globalThis ? 'nothing' : 'something'))
      return 'hooked'
    }
    for (const look of [() => { null!.x }, () => new URL('nonsense'), () => new Headers([['', '']]), () => fetch('nonsense')]) {
      try { const made: any = look(); await made } catch (error) { String((error as Error).stack) }
    }
    return [...new Set(seen)]`)
  expect(await sandbox.run(code)).toEqual(['undefined nothing'])
})

test('a stack hook that throws or answers nonsense doesn’t hide the error', async () => {
  const throwing = 'Error.prepareStackTrace = () => { throw 1 }; throw new Error("mine")'
  expect(await sandbox.failure(step(throwing))).toMatchObject({ code: 'code_error' })
  expect(await sandbox.failure(step('Error.prepareStackTrace = () => ({}); throw new Error("mine")'))).toMatchObject({
    code: 'code_error',
    message: 'mine',
  })
})

test.each(['"fs"', '"node:child_process"', '"isolated-vm"', '"file:///etc/passwd"', '"data:text/javascript,export default 1"'])(
  'import() of %s finds nothing',
  async (name) => {
    // Evaluated, because the compiler refuses what it can see.
    const text = JSON.stringify(`import(${name})`)
    expect(await sandbox.run(step(`try { await eval(${text}) } catch { return 'refused' }`))).toBe('refused')
  },
)

test('evaluated text stays inside', async () => {
  expect(await sandbox.run(step(`return [eval, (0, eval)].map((run) => run("typeof process + typeof require"))`))).toEqual([
    'undefinedundefined',
    'undefinedundefined',
  ])
})

test('the way in for the step’s script is gone before the step runs', async () => {
  const code =
    'const before = typeof (globalThis as any).__start; export default () => [before, typeof (globalThis as any).__start]'
  expect(await sandbox.run(code)).toEqual(['undefined', 'undefined'])
})

test('changing every built-in doesn’t reach the host', async () => {
  const code = step(`
    const stolen: unknown[] = []
    const steal = function (this: unknown, ...values: unknown[]) { stolen.push(this, ...values); return undefined as any }
    for (const kind of [String, Array, Promise, Map, Function]) {
      for (const name of Object.getOwnPropertyNames(kind.prototype)) {
        if (name === 'constructor' || name === 'push' || name === 'then') continue
        try { (kind.prototype as any)[name] = steal } catch {}
      }
    }
    JSON.stringify = steal; JSON.parse = steal; Reflect.apply = steal; Object.defineProperty = steal
    try { console.log('x', {}) } catch {}
    try { await fetch('http://10.0.0.1/') } catch {}
    let strangers = 0
    for (const value of stolen) if (typeof value === 'function' && value.constructor !== Function) strangers++
    return strangers`)
  // Whether the run itself survives such vandalism is its own affair; that the next one is healthy is checked after each test.
  await sandbox.run(code).then(
    (result) => expect(result).toBe(0),
    (error: unknown) => expect(error).toMatchObject({ code: expect.any(String) }),
  )
})

test('what a step returns can’t carry a prototype or a key that means something to the host', async () => {
  const result = await sandbox.run(step(`return JSON.parse('{"__proto__": {"admin": true}, "constructor": 1, "toString": 2}')`))
  expect(JSON.stringify(result)).toBe('{"__proto__":{"admin":true},"constructor":1,"toString":2}')
  expect(Object.hasOwn({}, 'admin')).toBe(false)
})

test('a proxy as the result is only ever read inside', async () => {
  const code = step(`
    const traps: string[] = []
    const handler = new Proxy({}, { get: (_, trap) => { traps.push(String(trap)); return undefined } })
    return { seen: traps, proxy: new Proxy({ a: 1 }, handler) }`)
  expect(await sandbox.run(code)).toMatchObject({ proxy: { a: 1 } })
})

test('text that closes the compiler’s wrapper doesn’t compile', async () => {
  await expect(sandbox.run('export default () => 1 })}); globalThis.x = 1; (() => {(() => {')).rejects.toMatchObject({
    code: 'code_syntax',
  })
})
