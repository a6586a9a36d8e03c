import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

const password = 'correct horse battery staple'
const owner = { email: 'Ann@Example.com', name: 'Ann', password }
let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

function post(path: string, body: unknown, headers: { [name: string]: string } = {}) {
  return server.send(`/api/v1${path}`, { method: 'POST', body, headers })
}

async function auditOf(action: string): Promise<unknown[]> {
  const { rows } = await server.database.pool.query(
    'select actor, target, details from app.audit_log where action = $1 order by id',
    [action],
  )
  return rows
}

function sessionOf(cookies: string[] | undefined): string {
  return cookies?.[0]?.split(';')[0] ?? ''
}

describe('set-up', () => {
  test('is needed on a new instance, and needs no token from this machine', async () => {
    const sent = await server.send('/api/v1/setup')
    expect(sent.json).toEqual({ needed: true, tokenNeeded: false })
  })

  test.each([
    ['through a proxy', { 'x-forwarded-for': '203.0.113.7' }],
    ['by a name that somebody pointed at this machine', { host: 'evil.example.com' }],
  ])('needs the token %s', async (_how, headers) => {
    expect((await server.send('/api/v1/setup', { headers })).json).toEqual({ needed: true, tokenNeeded: true })
    expect((await post('/setup', owner, headers)).status).toBe(403)
    expect((await post('/setup', { ...owner, token: 'setup_guessed' }, headers)).status).toBe(403)
  })

  test('is refused to a page of another site', async () => {
    expect((await post('/setup', owner, { origin: 'https://evil.example.com' })).status).toBe(403)
    expect((await post('/setup', owner, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })

  test('wants 12 characters or more', async () => {
    const sent = await post('/setup', { ...owner, password: 'elevenchars' })
    expect(sent.status).toBe(422)
    expect(sent.json).toMatchObject({ code: 'invalid_request', errors: [{ path: 'password' }] })
  })

  test('makes one owner, however many ask at once, and signs them in', async () => {
    const all = await Promise.all([
      post('/setup', owner),
      post('/setup', { ...owner, email: 'bob@example.com' }),
      post('/setup', { ...owner, email: 'cid@example.com' }),
    ])
    expect(all.map((sent) => sent.status).toSorted((a, b) => a - b)).toEqual([201, 404, 404])
    const winner = all.find((sent) => sent.status === 201)
    const cookie = sessionOf(winner?.headers['set-cookie'])
    expect(winner?.headers['set-cookie']?.[0]).toMatch(/; Path=\/api; HttpOnly; SameSite=Lax$/)
    expect((await server.send('/api/v1/me', { headers: { cookie } })).json).toEqual(winner?.json)
    expect(await auditOf('owner.created')).toHaveLength(1)
    await server.database.pool.query('update app.users set email = $1', ['ann@example.com'])
  })

  test('is over afterwards', async () => {
    expect((await server.send('/api/v1/setup')).json).toEqual({ needed: false, tokenNeeded: false })
    expect((await post('/setup', owner)).status).toBe(404)
  })
})

describe('signing in', () => {
  test('takes the address in any spelling, and each time gives a new session in place of the old one', async () => {
    const first = await post('/login', { email: 'ANN@example.com', password })
    expect(first.status).toBe(200)
    const before = sessionOf(first.headers['set-cookie'])
    const second = await post('/login', { email: 'ann@example.com', password }, { cookie: before })
    const after = sessionOf(second.headers['set-cookie'])
    expect(after).not.toBe(before)
    expect((await server.send('/api/v1/me', { headers: { cookie: before } })).status).toBe(401)
    expect((await server.send('/api/v1/me', { headers: { cookie: after } })).status).toBe(200)
  })

  test('answers the same for a wrong password and an unknown account', async () => {
    const wrong = await post('/login', { email: 'ann@example.com', password: 'wrong' })
    const unknown = await post('/login', { email: 'nobody@example.com', password: 'wrong' })
    expect(wrong.status).toBe(401)
    expect({ ...unknown.json, requestId: '' }).toEqual({ ...wrong.json, requestId: '' })
    expect(await auditOf('login.failed')).toHaveLength(2)
  })

  test('is closed to an account for a while after 10 failures, even with the right password', async () => {
    await post('/login', { email: 'ann@example.com', password })
    const failures = await Promise.all(
      Array.from({ length: 15 }, () => post('/login', { email: 'ann@example.com', password: 'wrong' })),
    )
    expect(failures.filter((sent) => sent.status === 401)).toHaveLength(10)
    const locked = await post('/login', { email: 'ann@example.com', password })
    expect(locked.status).toBe(429)
    expect(locked.json).toMatchObject({ code: 'rate_limited' })
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(0)
    // Others are not locked out with them.
    expect((await post('/login', { email: 'bob@example.com', password: 'wrong' })).status).toBe(401)
  })

  test('is open again when the failures are 15 minutes old', async () => {
    await server.database.pool.query(`update app.login_attempts set at = at - interval '15 minutes'`)
    expect((await post('/login', { email: 'ann@example.com', password })).status).toBe(200)
  })

  test('keeps no password, session or key readable', async () => {
    const { rows } = await server.database.pool.query<{ text: string }>(
      `select (select json_agg(u)::text from app.users u) || (select json_agg(s)::text from app.sessions s) as text`,
    )
    expect(rows[0]?.text).not.toContain(password)
    expect(rows[0]?.text).not.toContain('hfs_')
  })
})

describe('a session', () => {
  test('changes nothing for a page of another site', async () => {
    const headers = await server.signIn('owner')
    for (const foreign of [
      { origin: 'https://evil.example.com' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const sent = await post('/flows', { name: 'Forged' }, { ...headers, ...(foreign as { [name: string]: string }) })
      expect(sent.status).toBe(403)
    }
    expect(
      (await post('/flows', { name: 'Ours' }, { ...headers, origin: server.url, 'sec-fetch-site': 'same-origin' })).status,
    ).toBe(201)
    expect((await server.send('/api/v1/flows', { headers })).text).not.toContain('Forged')
  })

  test('takes no bodies that a form of another site could send', async () => {
    const headers = await server.signIn('owner')
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      expect(
        (
          await server.send('/api/v1/flows', {
            method: 'POST',
            headers: { ...headers, 'content-type': type },
            body: '{"name":"Forged"}',
          })
        ).status,
      ).toBe(415)
  })

  test('ends when signing out', async () => {
    const headers = await server.signIn('owner')
    const sent = await server.send('/api/v1/logout', { method: 'POST', headers })
    expect(sent.status).toBe(204)
    expect(sent.headers['set-cookie']?.[0]).toContain('Max-Age=0')
    expect((await server.send('/api/v1/me', { headers })).status).toBe(401)
  })

  test('ends by itself', async () => {
    const headers = await server.signIn('viewer')
    await server.database.pool.query(`update app.sessions set expires_at = now() - interval '1 second'`)
    expect((await server.send('/api/v1/me', { headers })).status).toBe(401)
  })
})

describe('an API key', () => {
  test('is shown once, kept as a hash, and works until it is revoked', async () => {
    const headers = await server.signIn('owner')
    const made = await post('/api-keys', { name: 'CI', scopes: ['read'] }, headers)
    expect(made.status).toBe(201)
    const key = String(made.json['key'])
    expect(key).toMatch(/^hf_[\w-]{43}$/)
    const listed = await server.send('/api/v1/api-keys', { headers })
    expect(listed.text).toContain(String(made.json['id']))
    expect(listed.text).not.toContain(key)
    const bearer = { authorization: `Bearer ${key}` }
    expect((await server.send('/api/v1/flows', { headers: bearer })).status).toBe(200)
    expect((await server.send(`/api/v1/api-keys/${String(made.json['id'])}`, { method: 'DELETE', headers })).status).toBe(204)
    expect((await server.send('/api/v1/flows', { headers: bearer })).status).toBe(401)
    expect(await auditOf('api_key.created')).toMatchObject([{ target: made.json['id'], details: { scopes: ['read'] } }])
    expect(await auditOf('api_key.revoked')).toMatchObject([{ target: made.json['id'] }])
  })

  test('ends at its date', async () => {
    const headers = await server.signIn('owner')
    const made = await post(
      '/api-keys',
      { name: 'Soon', scopes: ['read'], expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
      headers,
    )
    await server.database.pool.query(`update app.api_keys set expires_at = now() - interval '1 second' where id = $1`, [
      made.json['id'],
    ])
    expect(
      (await server.send('/api/v1/flows', { headers: { authorization: `Bearer ${String(made.json['key'])}` } })).status,
    ).toBe(401)
    expect((await post('/api-keys', { name: 'Past', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' }, headers)).status).toBe(
      422,
    )
  })

  test('is never more powerful than who made it', async () => {
    const headers = await server.signIn('builder')
    expect((await post('/api-keys', { name: 'Too much', scopes: ['read', 'admin'] }, headers)).status).toBe(403)
    const made = await post('/api-keys', { name: 'Enough', scopes: ['build'] }, headers)
    const bearer = { authorization: `Bearer ${String(made.json['key'])}` }
    expect((await post('/flows', { name: 'Built' }, bearer)).status).toBe(201)
    await server.database.pool.query(`update app.members set role = 'viewer' where role = 'builder'`)
    expect((await post('/flows', { name: 'Not any more' }, bearer)).status).toBe(403)
    await server.database.pool.query(`delete from app.members where role = 'viewer'`)
    expect((await server.send('/api/v1/flows', { headers: bearer })).status).toBe(401)
  })

  test('of somebody else is not there for a builder', async () => {
    const owners = await post('/api-keys', { name: 'Owner’s', scopes: ['read'] }, await server.signIn('owner'))
    const headers = await server.signIn('builder')
    expect((await server.send('/api/v1/api-keys', { headers })).json).toEqual({ items: [], nextCursor: null })
    expect((await server.send(`/api/v1/api-keys/${String(owners.json['id'])}`, { method: 'DELETE', headers })).status).toBe(404)
  })

  test('needs no origin: no browser adds it by itself', async () => {
    const bearer = await server.makeKey(['build'])
    expect((await post('/flows', { name: 'From a script' }, { ...bearer, origin: 'https://elsewhere.example.com' })).status).toBe(
      201,
    )
  })
})

test('the audit log can’t be changed, only added to', async () => {
  await expect(server.database.pool.query('delete from app.audit_log')).rejects.toThrow('only ever appended')
  await expect(server.database.pool.query(`update app.audit_log set action = 'nothing'`)).rejects.toThrow('only ever appended')
})

test('the key of the environment works before there is an owner, with every scope', async () => {
  const apiKey = 'a key of the environment, 32+ long'.replaceAll(' ', '-')
  const fresh = await startTestServer({ apiKey })
  try {
    const headers = { authorization: `Bearer ${apiKey}` }
    expect((await fresh.send('/api/v1/flows', { method: 'POST', headers, body: { name: 'First' } })).status).toBe(201)
    expect((await fresh.send('/api/v1/system', { headers })).status).toBe(200)
    expect((await fresh.send('/api/v1/flows', { headers: { authorization: `Bearer ${apiKey}x` } })).status).toBe(401)
  } finally {
    await fresh.stop()
  }
})

test('cookies are for https only where people come by https', async () => {
  const fresh = await startTestServer({ publicUrl: 'https://holdfast.example.com' })
  try {
    const sent = await fresh.send('/api/v1/setup', { method: 'POST', body: owner })
    expect(sent.headers['set-cookie']?.[0]).toContain('; Secure')
    expect(sent.headers['strict-transport-security']).toBeDefined()
  } finally {
    await fresh.stop()
  }
})
