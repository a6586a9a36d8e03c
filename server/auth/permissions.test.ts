import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { routes, type Route } from '#shared/api.ts'
import { keyScopes, permissions, roles, type KeyScope, type Role } from '#shared/permissions.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

// The table of who may do what, written out again: a change of shared/permissions.ts must be meant.
const everyone = 'viewer operator builder approver admin owner'
const meant: { [P in keyof typeof permissions]: string } = {
  'flows.read': 'viewer operator builder admin owner | read build admin',
  'flows.edit': 'builder admin owner | build admin',
  'runs.start': 'operator builder admin owner | run build admin',
  'steps.test': 'builder admin owner | build admin',
  'runs.control': 'operator builder admin owner | run build admin',
  'runs.read': `${everyone} | read run build admin`,
  'approvals.decide': everyone,
  'events.send': 'operator builder admin owner | run build admin',
  'catalog.read': `${everyone} | read run build admin`,
  'keys.manage': 'builder admin owner | admin',
  'settings.manage': 'admin owner | admin',
  'values.read': 'builder admin owner | build admin',
  'values.change': 'builder admin owner | build admin',
  'packages.read': 'builder admin owner | build admin',
  'packages.manage': 'admin owner | admin',
  'system.read': 'admin owner | admin',
}
function isMeant(permission: string, caller: Caller): boolean {
  const [ofRoles = '', ofScopes = ''] = new Map(Object.entries(meant)).get(permission)?.split('|') ?? []
  return (caller.role === undefined ? ofScopes : ofRoles)
    .trim()
    .split(' ')
    .includes(caller.role ?? caller.scope)
}

type Caller = { role: Role; scope?: undefined } | { role?: undefined; scope: KeyScope }
const callers: Caller[] = [...roles.map((role) => ({ role })), ...keyScopes.map((scope) => ({ scope }))]

const cells = Object.entries<Route>(routes).filter(([, route]) => route.permission !== 'anyone')

async function ask(route: Route, headers: { [header: string]: string }): Promise<number> {
  const path = `/api/v1${route.path.replaceAll(/:\w+/g, 'nothing')}`
  const sent = await server.send(path, { method: route.method, headers, ...(route.body === undefined ? {} : { body: {} }) })
  return sent.status
}

describe('every route', () => {
  test.each(cells)('%s refuses strangers with 401', async (_name, route) => {
    expect(await ask(route, {})).toBe(401)
    expect(await ask(route, { authorization: `Bearer hf_${'x'.repeat(43)}` })).toBe(401)
    expect(await ask(route, { cookie: 'holdfast_session=hfs_made-up' })).toBe(401)
  })

  test.each(cells)('%s lets in who the table names, and answers 403 to the rest', async (name, route) => {
    for (const caller of callers) {
      const headers = caller.role === undefined ? await server.makeKey([caller.scope]) : await server.signIn(caller.role)
      const status = await ask(route, headers)
      const isAllowed = route.permission === 'signedIn' || isMeant(route.permission, caller)
      expect({ name, caller, isRefused: status === 403 }).toEqual({ name, caller, isRefused: !isAllowed })
      expect(status).not.toBe(401)
      expect(status).not.toBe(500)
    }
  })
})

describe('another workspace', () => {
  let flowId: string
  let theirs: { [header: string]: string }

  beforeAll(async () => {
    theirs = await server.makeKey(['admin'], await server.makeWorkspace())
    const made = await server.send('/api/v1/flows', { method: 'POST', headers: theirs, body: { name: 'Theirs' } })
    flowId = String(made.json['id'])
    await server.send(`/api/v1/flows/${flowId}/samples/step`, { method: 'PUT', headers: theirs, body: { value: 1 } })
  })

  const ofFlows = Object.entries<Route>(routes).filter(([, route]) => route.path.startsWith('/flows/:id'))
  const bodies: { [name: string]: unknown } = {
    updateFlow: { name: 'Mine' },
    putDraft: { document: {}, revision: 1 },
    patchDraft: { patch: [], revision: 1 },
    rollbackFlow: { version: 1 },
    testStep: { document: { nodes: [{ id: 'a', type: 'set', params: { values: {} } }] }, stepId: 'a' },
    putSample: { value: 2 },
    sendRequest: { to: 'live' },
  }

  test.each(ofFlows)('its flow is not there for %s', async (name, route) => {
    const path = `/api/v1${route.path.replace(':id', flowId).replace(':stepId', 'step').replace(':version', '1')}`
    const body = bodies[name] ?? (route.body === undefined ? undefined : {})
    const sent = await server.send(path, {
      method: route.method,
      headers: await server.makeKey(['admin']),
      ...(body === undefined ? {} : { body }),
    })
    expect(sent.status).toBe(404)
    expect(sent.json).toMatchObject({ code: 'not_found' })
  })

  test('its flow is not there in a query either', async () => {
    const sent = await server.send(`/api/v1/runs?flowId=${flowId}`, { headers: await server.makeKey(['admin']) })
    expect(sent.status).toBe(404)
  })

  test('it is in no list', async () => {
    const sent = await server.send('/api/v1/flows', { headers: await server.makeKey(['admin']) })
    expect(sent.text).not.toContain(flowId)
  })

  test('is not there for somebody who is no member', async () => {
    const sent = await server.send('/api/v1/me', {
      headers: { ...(await server.signIn('owner')), 'holdfast-workspace': await server.makeWorkspace() },
    })
    expect(sent.status).toBe(404)
  })

  test('everything they had is still as it was', async () => {
    const sent = await server.send(`/api/v1/flows/${flowId}`, { headers: theirs })
    expect(sent.json).toMatchObject({ name: 'Theirs', revision: 1 })
  })
})

test('a session chooses among its workspaces with a header', async () => {
  const other = await server.makeWorkspace()
  const headers = await server.signIn('viewer')
  const me = await server.send('/api/v1/me', { headers })
  await server.database.pool.query('insert into app.members (workspace_id, user_id, role) values ($1, $2, $3)', [
    other,
    me.json['id'],
    'builder',
  ])
  const there = await server.send('/api/v1/me', { headers: { ...headers, 'holdfast-workspace': other } })
  expect(there.json).toMatchObject({ workspaceId: other, role: 'builder' })
})
