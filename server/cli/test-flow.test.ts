import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeWorkplace, type Workplace } from './testing/workplace.ts'

let here: Workplace
beforeEach(async () => {
  here = makeWorkplace({ HOLDFAST_EGRESS_PRIVATE: '127.0.0.0/8' })
  await here.write('flow.json', JSON.stringify(orders))
  await here.write('steps/price.ts', 'export default ({ trigger }) => ({ total: trigger.body.qty * 7 })')
  await here.write('samples/start.json', '{"kind":"manual","body":{"qty":6}}')
  await here.write('samples/price.json', '{"total": 42}')
})
afterEach(() => here.remove())

const orders = {
  name: 'Order intake',
  nodes: [
    { id: 'start', type: 'manual' },
    { id: 'price', type: 'code', name: 'Work out the price', params: { code: 'steps/price.ts' } },
    { id: 'charge', type: 'http.request', params: { method: 'POST', url: 'http://127.0.0.1:9/never' } },
    { id: 'tell', type: 'set', params: { values: { text: '{{ steps.price.total }}: {{ steps.charge.body }}' } } },
  ],
  edges: [
    { source: 'start', target: 'price' },
    { source: 'price', target: 'charge' },
    { source: 'charge', target: 'tell' },
  ],
}

describe('testing a flow on this machine', () => {
  test('runs code in the sandbox and works out expressions, on recorded data and without a server', async () => {
    await here.write('samples/charge.json', '{"status": 200, "body": "charged"}')
    await here.write('samples/tell.json', '{"text": "42: charged"}')
    const { exitCode, out } = await here.holdfast('test')
    expect(out).toBe('✓ Work out the price\n✓ tell\n2 passed\n')
    expect(exitCode).toBe(0)
  })

  test('shows what differs from what was recorded', async () => {
    await here.write('samples/price.json', '{"total": 40, "same": true}')
    await here.write('steps/price.ts', 'export default ({ trigger }) => ({ same: true, total: trigger.body.qty * 7 })')
    const { exitCode, out } = await here.holdfast('test')
    expect(exitCode).toBe(1)
    expect(out).toContain('✗ Work out the price gave something else than was recorded')
    expect(out).toContain('    -   "total": 40\n    +   "total": 42\n')
    expect(out).toContain('0 passed, 1 failed')
  })

  test('names the line where code fails, or can’t be understood', async () => {
    await here.write(
      'steps/price.ts',
      'export default ({ log }) => {\n  log("looking", { at: 1 }); throw new Error("no price")\n}',
    )
    const failed = await here.holdfast('test')
    expect(failed.out).toMatch(/✗ Work out the price steps\/price\.ts:2:\d+ .*no price/)
    expect(failed.out).toContain('    log: looking {"at":1}\n')
    await here.write('steps/price.ts', 'export default () => {\n  return {')
    const { exitCode, out } = await here.holdfast('test', '--json')
    expect(exitCode).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ failed: 1, steps: [{ step: 'price', status: 'failed' }] })
    expect(out).toContain('steps/price.ts:2:')
  })

  test('with --update records what steps give now, also for those that had no sample', async () => {
    await here.write('samples/charge.json', '{"body": "charged"}')
    await here.write('steps/price.ts', 'export default ({ trigger }) => ({ total: trigger.body.qty * 8 })')
    const { exitCode, out } = await here.holdfast('test', '--update')
    expect(exitCode).toBe(0)
    expect(out).toContain('0 passed, 2 recorded')
    expect(await here.read('samples/price.json')).toBe('{\n  "total": 48\n}\n')
    expect(await here.read('samples/tell.json')).toBe('{\n  "text": "48: charged"\n}\n')
    expect((await here.holdfast('test')).out).toContain('2 passed')
  })

  test('calls nothing outside, unless it may; then that can be recorded', async () => {
    let calls = 0
    const world = createServer((_req, res) => {
      calls++
      res.setHeader('set-cookie', 'session=secret').end(`{"rate":${calls}}`)
    })
    await new Promise<void>((resolve) => world.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(world.address() as AddressInfo).port}/rate`
    await here.write(
      'steps/price.ts',
      `export default async () => { const r = await fetch('${url}', { headers: { authorization: 'hidden' } }); return { rate: (await r.json()).rate } }`,
    )
    await here.write('samples/price.json', '{"rate": 1}')
    const refused = await here.holdfast('test')
    expect(refused.out).toContain(`GET ${url} is not recorded`)
    expect(calls).toBe(0)
    expect((await here.holdfast('test', '--network')).out).toContain('1 passed')
    expect(calls).toBe(1)
    await here.holdfast('test', '--network', '--update')
    expect(calls).toBe(2)
    const recorded = await here.read('samples/price.calls.json')
    expect(recorded).toContain('"body": "{\\"rate\\":2}"')
    expect(recorded).not.toMatch(/secret|hidden/)
    await new Promise((resolve) => world.close(resolve))
    expect((await here.holdfast('test')).out).toContain('1 passed')
    expect((await here.holdfast('test', '--network')).out).toContain('1 passed')
  })

  test('goes through durable steps; a wait gives what is written down for it, or is reported', async () => {
    await here.write(
      'steps/price.ts',
      `export default async ({ step }) => {
        const base = await step.run('base', () => 40)
        await step.sleep('a while', '3d')
        const answer = await step.waitForApproval('ship it?', { message: 'Ship?' })
        const other = await step.waitForCall('callback')
        return { total: base + other.body.more, approved: answer.approved }
      }`,
    )
    await here.write('samples/price.json', '{"total": 42, "approved": true}')
    const first = await here.holdfast('test')
    expect(first.exitCode).toBe(0)
    expect(first.out).toContain('… Work out the price waits for "ship it?" (waitForApproval)')
    await here.write('samples/price.calls.json', '{"waits": {"ship it?": {"approved": true}}}')
    expect((await here.holdfast('test')).out).toContain('waits for "callback" (waitForCall)')
    const waits = { 'ship it?': { approved: true }, callback: { received: true, body: { more: 2 } } }
    await here.write('samples/price.calls.json', JSON.stringify({ waits }))
    expect((await here.holdfast('test')).out).toBe('✓ Work out the price\n1 passed\n')
  })

  test('runs code with the packages that are installed in the folder', async () => {
    await here.write('steps/price.ts', "import { seven } from 'tiny'\nexport default () => ({ total: seven * 6 })")
    expect((await here.holdfast('test')).out).toMatch(/✗ Work out the price steps\/price\.ts:1:\d+ .*tiny/)
    await here.write('node_modules/tiny/package.json', '{"name":"tiny","version":"1.2.3","main":"index.js"}')
    await here.write('node_modules/tiny/index.js', 'exports.seven = 7')
    expect((await here.holdfast('test')).out).toContain('1 passed')
  })

  test('has a stand-in for each secret, and sends none anywhere', async () => {
    await here.write(
      'steps/price.ts',
      `export default async ({ secrets }) => {
        const key = await secrets.get('SHOP_KEY')
        const reply = await fetch('http://127.0.0.1:9/', { headers: { authorization: secrets.ref('SHOP_KEY') } })
        return { length: key.length, status: reply.status }
      }`,
    )
    const length = 'stand-in for the secret SHOP_KEY'.length
    await here.write('samples/price.json', JSON.stringify({ length, status: 201 }))
    const sent = await here.holdfast('test', '--network')
    expect(sent.exitCode).toBe(1)
    expect(sent.out).toContain('SHOP_KEY')
    expect(sent.out).not.toContain('stand-in')
    const fetch = [{ method: 'GET', url: 'http://127.0.0.1:9/', reply: { status: 201 } }]
    await here.write('samples/price.calls.json', JSON.stringify({ fetch }))
    expect((await here.holdfast('test')).out).toContain('1 passed')
  })

  test('says what is missing or can’t be read', async () => {
    await here.write('samples/price.calls.json', '{"fetch": 1}')
    expect((await here.holdfast('test')).err).toContain("samples/price.calls.json can't be read")
    await here.write('samples/price.json', '{')
    expect((await here.holdfast('test')).err).toContain('samples/price.json is not JSON')
    expect((await here.holdfast('test', 'elsewhere')).err).toContain('holds no flow')
    const wrong = makeWorkplace({ HOLDFAST_EGRESS_PRIVATE: 'everything' })
    await wrong.write('flow.json', '{}')
    expect((await wrong.holdfast('test', '--network')).err).toContain('"everything" is none')
    wrong.remove()
  })
})
