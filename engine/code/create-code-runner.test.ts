import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { runnerTitle } from './runner-process.ts'
import { createTestSandbox } from './testing/test-sandbox.ts'

const sandbox = createTestSandbox({ mostRunners: 2 })
afterAll(() => sandbox.stop())

describe('what a step sees', () => {
  test('the data of its context', async () => {
    const code =
      'export default ({ trigger, input, steps, item, index, vars, run }: any) => ({ trigger, input, steps, item, index, vars, run, gone: steps.gone })'
    const seen = await sandbox.run(code, {
      trigger: { body: { qty: 6 } },
      input: { a: 1 },
      steps: { price: { total: 42 } },
      item: 'x',
      index: 3,
    })
    expect(seen).toEqual({
      trigger: { body: { qty: 6 } },
      input: { a: 1 },
      steps: { price: { total: 42 } },
      item: 'x',
      index: 3,
      vars: {},
      run: { id: 'run_test', idempotencyKey: 'run_test:step', attempt: 1 },
    })
  })

  test('TypeScript in all its forms', async () => {
    const code = `
      enum Size { Small = 1, Large }
      namespace Prices { export const base = 10 }
      class Price { constructor(private readonly size: Size) {} get total(): number { return Prices.base * this.size } }
      interface Context { trigger: { body: { size: Size } } }
      const step = async ({ trigger }: Context) => new Price(trigger.body.size satisfies number).total
      export { step as default }`
    expect(await sandbox.run(code, { trigger: { body: { size: 2 } } })).toBe(20)
  })

  test('its logs arrive in order, with their data', async () => {
    sandbox.lines.length = 0
    await sandbox.run(
      'export default ({ log }: any) => { log("a", { n: 1 }); log.warn("b"); console.log("c", 1, [2]); console.error(new Error("d").message); log("e", 1, { n: 2 }) }',
    )
    expect(sandbox.lines).toEqual([
      { level: 'info', message: 'a', data: { n: 1 } },
      { level: 'warn', message: 'b' },
      { level: 'info', message: 'c 1 [ 2 ]' },
      { level: 'error', message: 'd' },
      { level: 'info', message: 'e 1 { n: 2 }' },
    ])
  })

  test('its logs say which line of the text wrote them, when that is asked for', async () => {
    const code = [
      'type Line = { price: number }',
      'const say = (log: any, line: Line) =>',
      '  log(`costs ${line.price}`)',
      'export default async ({ log }: any) => {',
      '  console.warn("first")',
      '  for (const price of [1, 2]) say(log, { price })',
      '  await null',
      '  log.debug("last")',
      '}',
    ].join('\n')
    const at = async (text: string, tellsLines: boolean) => {
      sandbox.lines.length = 0
      await sandbox.run(text, { tellsLines })
      return sandbox.lines.map(({ message, line }) => [message, line])
    }
    expect(await at(code, true)).toEqual([
      ['first', 5],
      ['costs 1', 3],
      ['costs 2', 3],
      ['last', 8],
    ])
    expect((await at(code, false)).map(([, line]) => line)).toEqual([undefined, undefined, undefined, undefined])
  })

  test('code that hides where it is, or makes a place up, still logs', async () => {
    const logged = async (before: string) => {
      sandbox.lines.length = 0
      await sandbox.run(`${before}\nexport default ({ log }: any) => { log("a") }`, { tellsLines: true })
      return sandbox.lines
    }
    expect(await logged('Error.stackTraceLimit = 0')).toEqual([{ level: 'info', message: 'a' }])
    expect(await logged('Error.prepareStackTrace = () => { throw 1 }')).toMatchObject([{ message: 'a' }])
    expect(await logged('Error.prepareStackTrace = () => "step.ts:9999999:1"')).toEqual([{ level: 'info', message: 'a' }])
    expect(await logged('globalThis.Number = (() => "x") as any')).toMatchObject([{ message: 'a' }])
  })
})

test('chance and time are each attempt’s own, though all isolates begin with the same heap', async () => {
  const code = 'export default () => [Math.random(), crypto.randomUUID(), Date.now(), performance.timeOrigin]'
  const seen = [await sandbox.run(code), await sandbox.run(code), await sandbox.run(code)] as [number, string, number, number][]
  expect(new Set(seen.map(([chance]) => chance)).size).toBe(3)
  expect(new Set(seen.map(([, id]) => id)).size).toBe(3)
  for (const [, , now, origin] of seen) expect(Math.abs(Date.now() - now) + Math.abs(now - origin)).toBeLessThan(60_000)
})

describe('errors', () => {
  test('point at the line and column of the user’s own text, all the way down', async () => {
    const code = [
      'type Order = { qty: number }',
      '',
      'function check(order: Order): void {',
      '  if (order.qty < 0) throw new RangeError(`bad qty ${order.qty}`)',
      '}',
      '',
      'export default async ({ trigger }: { trigger: { body: Order } }) => {',
      '  check(trigger.body)',
      '}',
    ].join('\n')
    const error = await sandbox.failure(code, { trigger: { body: { qty: -1 } } })
    expect(error).toMatchObject({ code: 'code_error', message: 'RangeError: bad qty -1', facts: { line: 4, column: 28 } })
    expect(error.facts.userStack).toBe('RangeError: bad qty -1\n    at check (step.ts:4:28)\n    at default (step.ts:8:3)')
  })

  test('of fetch point at the call', async () => {
    const error = await sandbox.failure(
      'export default async () => {\n  const reply = await fetch("http://10.0.0.1/")\n  return reply.status\n}',
    )
    expect(error).toMatchObject({ code: 'egress_denied', facts: { line: 2, column: 23 } })
  })

  test('of fetch can be caught, and have a code', async () => {
    expect(
      await sandbox.run('export default () => fetch("http://169.254.169.254/").catch((error: any) => [error.name, error.code])'),
    ).toEqual(['TypeError', 'egress_denied'])
  })

  test('at the top of the module are the step’s', async () => {
    expect(
      await sandbox.failure('const settings: any = undefined\nconst url = settings.url\nexport default () => url'),
    ).toMatchObject({ code: 'code_error', facts: { line: 2 } })
  })
})

describe('calls to the outside', () => {
  let base = ''
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    if (request.url === '/slow') return
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.url === '/away') response.writeHead(302, { location: 'http://10.0.0.1/' }).end()
      else if (request.url === '/bytes') response.end(Buffer.from([0, 255, 128, 7]))
      else
        response
          .writeHead(201, { 'content-type': 'application/json', 'x-type': String(request.headers['content-type']) })
          .end(Buffer.concat(chunks).toString() || '{"hé":"🙂"}')
    })
  })
  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address !== null && typeof address === 'object') base = `http://127.0.0.1:${address.port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  test('send and get JSON, headers, bytes', async () => {
    const code = `export default async ({ trigger: base }: any) => {
      const reply = await fetch(base + '/echo', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ a: 'ü🙂' }) })
      const plain = await fetch(new URL('/plain', base))
      const bytes = await (await fetch(base + '/bytes')).bytes()
      const form = await fetch(base + '/form', { method: 'post', body: new URLSearchParams({ a: '1 2' }) })
      const sent = await fetch(new Request(base + '/sent', { method: 'PUT', body: new Uint8Array([104, 105]) }))
      return [reply.status, reply.ok, reply.headers.get('X-Type'), await reply.json(), await plain.json(), [...bytes], form.headers.get('x-type'), await form.text(), await sent.text()]
    }`
    expect(await sandbox.run(code, { trigger: base })).toEqual([
      201,
      true,
      'application/json',
      { a: 'ü🙂' },
      { hé: '🙂' },
      [0, 255, 128, 7],
      'application/x-www-form-urlencoded;charset=UTF-8',
      'a=1+2',
      'hi',
    ])
  })

  test('follow no redirect to where no call may go', async () => {
    expect(
      await sandbox.failure('export default ({ trigger }: any) => fetch(trigger + "/away").then((r) => r.status)', {
        trigger: base,
      }),
    ).toMatchObject({ code: 'egress_denied' })
    expect(
      await sandbox.run(
        'export default ({ trigger }: any) => fetch(trigger + "/away", { redirect: "manual" }).then((r) => r.status)',
        { trigger: base },
      ),
    ).toBe(302)
  })

  test('leave only once the decision to make them is durable', async () => {
    const order: string[] = []
    const beforeEffect = async () => {
      order.push('decided')
      await new Promise((resolve) => setImmediate(resolve))
      order.push('durable')
    }
    const fetch = async () => {
      order.push('sent')
      return { url: '', status: 200, statusText: '', headers: [], body: new Uint8Array(), redirected: false }
    }
    await sandbox.run('export default () => Promise.all([fetch("http://x/1"), fetch("http://x/2")]).then(() => 1)', {
      beforeEffect,
      fetch,
    })
    expect(order).toEqual(['decided', 'durable', 'sent', 'sent'])
    const refuse = async () => {
      throw new AppError('database_unavailable', 'The database is away')
    }
    expect(
      await sandbox.failure('export default () => fetch("http://x/").catch(() => "caught")', { beforeEffect: refuse }),
    ).toMatchObject({ code: 'database_unavailable' })
  })

  test('stop when the step is cancelled, and so does its code', async () => {
    const controller = new AbortController()
    asked.length = 0
    const failure = sandbox.failure('export default async ({ trigger }: any) => { await fetch(trigger + "/slow"); for (;;); }', {
      trigger: base,
      signal: controller.signal,
    })
    await expect.poll(() => asked).toEqual(['GET /slow'])
    controller.abort(new AppError('cancelled', 'Stopped by somebody'))
    expect(await failure).toMatchObject({ code: 'cancelled', message: 'Stopped by somebody' })
    expect(await sandbox.run('export default () => 1')).toBe(1)
  })

  test('take part in the time limit', async () => {
    expect(
      await sandbox.failure('export default ({ trigger }: any) => fetch(trigger + "/slow")', {
        trigger: base,
        limits: { wallMs: 300 },
      }),
    ).toMatchObject({ code: 'wall_limit' })
  })

  test('can be given up by the code itself', async () => {
    const code =
      'export default ({ trigger }: any) => fetch(trigger + "/slow", { signal: AbortSignal.timeout(20) }).catch((error: any) => error.name)'
    expect(await sandbox.run(code, { trigger: base })).toBe('TimeoutError')
  })
})

describe('runners', () => {
  test('know nothing of this machine', async ({ skip }) => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) skip('Only root on Linux can look into other users’ processes')
    await sandbox.run('export default () => 1')
    const runners = ownRunners()
    expect(runners.length).toBeGreaterThan(0)
    for (const pid of runners) {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8')
      expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m)
      expect(status).toMatch(/^Gid:\t65534\t65534\t65534\t65534$/m)
      expect(status).toMatch(/^CapEff:\t0+$/m)
      expect(status).toMatch(/^NoNewPrivs:\t1$/m)
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).toBe('')
    }
  })

  test('are replaced after their share of runs, and nobody notices', async () => {
    const short = createTestSandbox({ mostRunners: 1, mostRuns: 3 })
    const results = []
    for (let i = 0; i < 10; i++) results.push(await short.run('export default ({ trigger }: any) => trigger', { trigger: i }))
    expect(results).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    await short.stop()
  })

  test('are replaced after their time, too', async () => {
    const old = createTestSandbox({ mostRunners: 1, mostAgeMs: 0 })
    const results = await Promise.all(
      [1, 2, 3].map((i) => old.run('export default ({ trigger }: any) => trigger', { trigger: i })),
    )
    expect(results).toEqual([1, 2, 3])
    await old.stop()
  })

  test('start on first use, stop when idle and start again when needed', async ({ skip }) => {
    if (process.platform !== 'linux') skip('Processes are counted in /proc')
    // Those of the tests before may still be on their way out.
    const before = ownRunners()
    const started = () => ownRunners().filter((pid) => !before.includes(pid)).length
    const idle = createTestSandbox({ mostRunners: 1, idleMs: 200 })
    expect(started()).toBe(0)
    expect(await idle.run('export default () => 1')).toBe(1)
    expect(started()).toBe(1)
    await expect.poll(started).toBe(0)
    expect(await idle.run('export default () => 2')).toBe(2)
    await idle.stop()
    await expect.poll(started).toBe(0)
  })

  test('many attempts at once share them', async () => {
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        sandbox.run(
          'export default async ({ trigger }: any) => { await new Promise((r) => setTimeout(r, 5)); return trigger * 2 }',
          { trigger: i },
        ),
      ),
    )
    expect(results).toEqual(Array.from({ length: 100 }, (_, i) => i * 2))
  })

  test('attempts in flight when the sandbox stops end as cancelled', async () => {
    const stopping = createTestSandbox({ mostRunners: 1 })
    let isAsked = false
    const fetch = () => {
      isAsked = true
      return new Promise<never>(() => undefined)
    }
    const failure = stopping.failure('export default () => fetch("http://x/")', { fetch })
    await expect.poll(() => isAsked).toBe(true)
    await stopping.stop()
    expect(await failure).toMatchObject({ code: 'cancelled' })
  })
})

/** The runners below this process; other tests have theirs. */
function ownRunners(): string[] {
  return readdirSync('/proc').filter(
    (pid) =>
      /^\d+$/.test(pid) && proc(pid, 'comm') !== 'unshare\n' && proc(pid, 'cmdline').includes(runnerTitle) && isBelowMe(pid),
  )
}

function isBelowMe(pid: string): boolean {
  const [, parent] = /^PPid:\t(\d+)$/m.exec(proc(pid, 'status')) ?? []
  return parent !== undefined && parent !== '0' && (Number(parent) === process.pid || isBelowMe(parent))
}

function proc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    // Gone while we were looking.
    return ''
  }
}
