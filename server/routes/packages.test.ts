import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { PackageDetail, PackageTypes } from '#shared/api.ts'
import { chain, createFlow, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

// These install from the npm registry that this machine is set up with: few and small packages.

let server: TestServer
let admin: { [header: string]: string }

beforeAll(async () => {
  server = await startTestServer()
  admin = await server.makeKey(['admin'])
})
afterAll(() => server.stop())

const addressOf = (name: string) => `/api/v1/packages/${encodeURIComponent(name)}`

async function add(name: string, version?: string): Promise<PackageDetail> {
  const sent = await server.send('/api/v1/packages', { method: 'POST', headers: admin, body: { name, version } })
  expect(sent.status, sent.text).toBe(201)
  return waitFor(`${name} to be installed`, async () => {
    const now = PackageDetail.parse((await server.send(addressOf(name), { headers: admin })).json)
    return now.state === 'installing' ? undefined : now
  })
}

const codeFlow = (code: string) => chain({ id: 'start', type: 'manual' }, { id: 'work', type: 'code', params: { code } })

async function testOf(code: string) {
  const { id } = await createFlow(server, admin, codeFlow(code))
  return server.send(`/api/v1/flows/${id}/test-step`, {
    method: 'POST',
    headers: admin,
    body: { document: codeFlow(code), stepId: 'work' },
  })
}

async function problemsOf(code: string): Promise<unknown> {
  const { id } = await createFlow(server, admin, codeFlow(code))
  return (await server.send(`/api/v1/flows/${id}/validate`, { method: 'POST', headers: admin })).json['problems']
}

describe('a package', () => {
  test('is added, imported, published with and removed; what was published with it runs on', async () => {
    const code = 'import isNumber from "is-number"\nexport default () => [isNumber("7"), isNumber("x")]'
    expect(await problemsOf(code)).toMatchObject([
      { code: 'package_missing', package: 'is-number', severity: 'error', nodeId: 'work', param: 'code', line: 1, column: 1 },
    ])

    const added = await add('is-number', '7.0.0')
    expect(added).toMatchObject({
      name: 'is-number',
      version: '7.0.0',
      state: 'ready',
      license: 'MIT',
      integrity: expect.stringMatching(/^sha/),
    })
    expect(added.log.join('\n')).toMatch(/Installing is-number 7\.0\.0[\s\S]*Types come from @types\/is-number[\s\S]*Installed/)
    const list = await server.send('/api/v1/packages', { headers: admin })
    expect(list.json['items']).toMatchObject([{ name: 'is-number', state: 'ready' }])

    expect(await problemsOf(code)).toEqual([])
    expect((await testOf(code)).json).toMatchObject({ status: 'succeeded', output: [true, false] })
    const flow = await publishFlow(server, admin, codeFlow(code))
    const run = async (version: number | 'draft') =>
      (await server.send(`/api/v1/flows/${flow.id}/runs`, { method: 'POST', headers: admin, body: { wait: 120, version } })).json
    expect(await run(1)).toMatchObject({ status: 'succeeded' })
    expect(await run('draft')).toMatchObject({ status: 'succeeded' })

    const refused = await server.send(addressOf('is-number'), { method: 'DELETE', headers: admin })
    expect(refused.json).toMatchObject({
      status: 409,
      code: 'package_in_use',
      detail: expect.stringContaining('Published flows import is-number'),
    })
    expect((await server.send(`${addressOf('is-number')}?evenIfUsed=true`, { method: 'DELETE', headers: admin })).status).toBe(
      204,
    )
    expect((await server.send(addressOf('is-number'), { headers: admin })).status).toBe(404)
    expect(await run(1)).toMatchObject({ status: 'succeeded' })
    expect(await run('draft')).toMatchObject({ code: 'does_not_compile' })
    // Going back to a version needs no package either: it has its own.
    const back = await server.send(`/api/v1/flows/${flow.id}/rollback`, { method: 'POST', headers: admin, body: { version: 1 } })
    expect(back.json).toMatchObject({ version: 2 })
    expect(await run(2)).toMatchObject({ status: 'succeeded' })

    const audit = await server.database.pool.query(
      "select action, target, details from app.audit_log where action like 'package.%' order by id",
    )
    expect(audit.rows).toEqual([
      { action: 'package.added', target: 'is-number', details: { version: '7.0.0' } },
      { action: 'package.removed', target: 'is-number', details: null },
    ])
  })

  test('with a scope has types for the editor, its own first', async () => {
    expect(await add('@types/is-number')).toMatchObject({ state: 'ready' })
    const types = await server.send(`${addressOf('@types/is-number')}/types`, { headers: admin })
    const { files, isCut } = PackageTypes.parse(types.json)
    expect(isCut).toBe(false)
    expect(files.map(({ path }) => path)).toContain('node_modules/@types/is-number/index.d.ts')
    expect(files.map(({ path }) => path)).toContain('node_modules/@types/is-number/package.json')
  })

  test('that is large, and modern, works in a durable step too', async () => {
    expect(await add('zod')).toMatchObject({ state: 'ready' })
    const code = `import { z } from 'zod'
const Order = z.object({ qty: z.number().min(1) })
export default async ({ step }) => {
  const order = await step.run('read', () => ({ qty: 0 }))
  return Order.safeParse(order).error?.issues.map(({ path }) => path)
}`
    expect((await testOf(code)).json).toMatchObject({ status: 'succeeded', output: [['qty']] })
  })

  test('is used as the docs say', async () => {
    await add('zod')
    const [, code = ''] =
      /```ts\n([\s\S]*?)```/.exec(readFileSync(new URL('../../docs/packages.md', import.meta.url), 'utf8')) ?? []
    const { id } = await createFlow(server, admin, codeFlow(code))
    expect(await problemsOf(code)).toEqual([])
    const wrong = code.replace('return order.data', 'return order.data.email.qty')
    expect(await problemsOf(wrong)).toMatchObject([{ severity: 'warning', code: 'code_type', line: 8 }])
    const given = (body: object) =>
      server.send(`/api/v1/flows/${id}/test-step`, {
        method: 'POST',
        headers: admin,
        body: { document: codeFlow(code), stepId: 'work', input: { trigger: { body } } },
      })
    const order = { email: 'ada@example.com', qty: 2 }
    expect((await given(order)).json).toMatchObject({ status: 'succeeded', output: order })
    const refused = (await given({ email: 'ada', qty: 0 })).json
    expect(refused).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('Invalid email'), retryable: false },
    })
  })

  test('that needs Node says which part of it', async () => {
    expect(await add('rimraf', '2.7.1')).toMatchObject({ state: 'ready' })
    const problems = z
      .array(z.looseObject({ message: z.string() }))
      .parse(await problemsOf('import rimraf from "rimraf"\nexport default () => rimraf'))
    expect(problems).toMatchObject([{ code: 'package_unusable', package: 'rimraf', line: 1 }])
    expect(problems[0]?.message).toMatch(/^Package "rimraf" needs node:assert.*node:fs.*which code steps don't have\.$/)
  })
})

describe('what is refused', () => {
  test.each([
    ...[{}, { name: '' }, { name: '../x' }, { name: '/etc/passwd' }, { name: '--registry=http://evil.test' }, { name: 'a b' }],
    ...[
      { name: 'file:../x' },
      { name: 'git+ssh://x/y' },
      { name: 'github:a/b' },
      { name: 'npm:zod' },
      { name: 'zod@4' },
      { name: 'http://x/y.tgz' },
    ],
    ...[
      '^4.0.0',
      '>=1',
      '*',
      '4',
      '4.x',
      '1.0.0 || 2.0.0',
      'file:../x',
      'npm:left@1.0.0',
      '--force',
      'git+https://x/y',
      '',
      '../..',
    ].map((version) => ({ name: 'zod', version })),
    ...[{ name: 'zod', version: '4.0.0', registry: 'http://evil.test' }, { name: 7 }, { name: ['zod'] }],
  ])('adding %j', async (body) => {
    const sent = await server.send('/api/v1/packages', { method: 'POST', headers: admin, body })
    expect(sent.json).toMatchObject({ status: 422, code: 'invalid_request', errors: [expect.anything()] })
  })

  test('a name or a version that the registry hasn’t', async () => {
    const name = 'there-is-no-such-package-of-holdfast'
    const sent = await server.send('/api/v1/packages', { method: 'POST', headers: admin, body: { name } })
    expect(sent.json).toMatchObject({
      status: 422,
      detail: expect.stringContaining(`The npm registry has no package called ${name}.`),
      errors: [{ path: 'name' }],
    })
    const version = await server.send('/api/v1/packages', {
      method: 'POST',
      headers: admin,
      body: { name: 'is-number', version: '99.0.0' },
    })
    expect(version.json).toMatchObject({ status: 422, errors: [{ path: 'version' }] })
  })

  test('packages of another workspace', async () => {
    await add('is-number', '7.0.0')
    const theirs = await server.makeKey(['admin'], await server.makeWorkspace())
    expect((await server.send('/api/v1/packages', { headers: theirs })).json['items']).toEqual([])
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/types'],
      ['DELETE', ''],
    ] as const)
      expect((await server.send(`${addressOf('is-number')}${path}`, { method, headers: theirs })).status).toBe(404)
    const { id } = await createFlow(server, theirs, codeFlow('import n from "is-number"\nexport default () => n(1)'))
    const sent = await server.send(`/api/v1/flows/${id}/publish`, { method: 'POST', headers: theirs })
    expect(sent.json).toMatchObject({ code: 'does_not_compile', problems: [{ code: 'package_missing' }] })
  })
})

describe('the registry', () => {
  test('is asked what there could be', async () => {
    const sent = await server.send('/api/v1/packages/lookup?name=is-number', { headers: admin })
    expect(sent.json).toEqual({
      name: 'is-number',
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      description: expect.any(String),
      license: 'MIT',
    })
    expect(
      (await server.send('/api/v1/packages/lookup?name=there-is-no-such-package-of-holdfast', { headers: admin })).status,
    ).toBe(404)
    expect((await server.send('/api/v1/packages/lookup?name=..%2Fx', { headers: admin })).status).toBe(422)
  })

  test('that is away is said to be, with what there is', async () => {
    await add('is-number', '7.0.0')
    process.env['npm_config_registry'] = 'http://127.0.0.1:1/'
    try {
      const sent = await server.send('/api/v1/packages/lookup?name=lodash-es', { headers: admin })
      expect(sent.json).toMatchObject({ status: 503, code: 'registry_unavailable' })
      expect(sent.json['detail']).toMatch(
        /can’t be reached from this server.*Packages that are here work on: .*is-number 7\.0\.0/,
      )
    } finally {
      delete process.env['npm_config_registry']
    }
  })
})

test('an installation whose server is gone is shown as failed, and can be tried again', async () => {
  await server.database.pool.query(
    `insert into app.packages (workspace_id, name, version, state, install_id, added_by, heard_at)
     values ($1, 'is-odd', '3.0.1', 'installing', 'pkg_gone', 'user_x', now() - interval '10 minutes')`,
    [server.workspaceId],
  )
  expect((await server.send(addressOf('is-odd'), { headers: admin })).json).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('Try again'),
  })
  expect(await add('is-odd', '3.0.1')).toMatchObject({ state: 'ready' })
})
