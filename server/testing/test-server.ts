import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectorNodeTypes, runAction, runPoll } from '#connectors/index.ts'
import { createCodeRunner, createEgress, createEngine, systemClock, type Engine, type Log, defaultLimits } from '#engine/index.ts'
import { createTestDatabase, type TestDatabase } from '#engine/testing/test-database.ts'
import { coreNodeTypes } from '#shared/core-nodes.ts'
import { catalogFrom } from '#shared/manifest.ts'
import type { KeyScope, Role } from '#shared/permissions.ts'
import { createApp } from '../app.ts'
import { hashToken, newSecretToken } from '../auth/secret-token.ts'
import { createTypeChecker } from '../code-types/type-checker.ts'
import { insertApiKey } from '../db/insert-api-key.ts'
import { insertSession } from '../db/insert-session.ts'
import { findMembers } from '../db/find-members.ts'
import { listEventStarts } from '../db/list-event-starts.ts'
import { listenChanges } from '../db/listen-changes.ts'
import type { Deps, Settings } from '../deps.ts'
import { createEgressDirectory } from '../egress/egress-directory.ts'
import { createFileDesk } from '../files/file-desk.ts'
import { createFlowDirectory } from '../flows/flow-directory.ts'
import { createEndpointDirectory } from '../hooks/endpoint-directory.ts'
import { createKeptSender } from '../requests/kept-sender.ts'
import { createKeepForLater } from '../requests/keep-for-later.ts'
import { createKeySets } from '../hooks/verify/key-sets.ts'
import { createVerifierMaker } from '../hooks/verify/verifier.ts'
import { createBodyBudget } from '../http/body-budget.ts'
import { createBodyReader } from '../http/read-body.ts'
import { createLog } from '../log.ts'
import { listenMail, type MailListener } from '../mail/listen-mail.ts'
import { newMailCounts } from '../mail/mail-counts.ts'
import { mailLimits, type MailLimits } from '../mail/mail-limits.ts'
import { createMailReader } from '../mail/mail-reader.ts'
import { createMailTaker } from '../mail/mail-taker.ts'
import { newId } from '../new-id.ts'
import { createSecretStore } from '../secrets/secret-store.ts'
import { masterKeysFrom } from '../secrets/master-keys.ts'
import { createSharedValues } from '../secrets/shared-values.ts'
import { createPackages } from '../packages/create-packages.ts'
import { prepareDatabase } from '../start/database.ts'
import { listen } from '../start/listen.ts'
import { keyFor } from '../start/secrets.ts'
import { send, type Sent, type SendOptions } from './send.ts'

export const appMigrations = { schema: 'app', directory: new URL('../db/migrations/', import.meta.url) }
const secret = 'the secret of a server that only lives in a test'

export interface TestServer {
  url: string
  workspaceId: string
  database: TestDatabase
  engine: Engine
  /** A request to an address of the server. */
  send(path: string, options?: SendOptions): Promise<Sent>
  /** Headers of a signed-in member with this role, in the first workspace or another. */
  signIn(role: Role, workspaceId?: string): Promise<{ cookie: string }>
  /** Headers of an API key that the owner of a workspace made. */
  makeKey(scopes: KeyScope[], workspaceId?: string): Promise<{ authorization: string }>
  makeWorkspace(): Promise<string>
  /** Begins to take e-mail; gives the port. */
  takeMail(limits?: Partial<MailLimits>): Promise<number>
  stop(): Promise<void>
}

/** What the port is opened with. */
interface ListeningLimits {
  maxHeaderBytes: number
  maxBytesAtOnce: number
  answerTimeoutMs: number
  connections: number
  connectionsOfAddress: number | undefined
}

const usualLimits: ListeningLimits = {
  maxHeaderBytes: 16 * 1024,
  maxBytesAtOnce: 64 * 1024 ** 2,
  answerTimeoutMs: 30_000,
  connections: 1000,
  connectionsOfAddress: undefined,
}

/** The whole server on a database of its own: the real engine, sandbox and HTTP side, on a free port. */
export async function startTestServer(
  { listening, ...changes }: Partial<Settings> & { listening?: Partial<ListeningLimits> } = {},
  log: Log = createLog('error'),
): Promise<TestServer> {
  const database = await createTestDatabase([appMigrations])
  const { pool } = database
  const requestTimeoutMs = changes.requestTimeoutMs ?? 10_000
  const limits = { ...usualLimits, ...listening }
  const budget = createBodyBudget(limits.maxBytesAtOnce)
  const { trustedProxies = [] } = changes
  const { server, port, open } = await listen('127.0.0.1', 0, { requestTimeoutMs, trustedProxies, budget, ...limits })
  const url = `http://127.0.0.1:${port}`
  const { workspaceId } = await prepareDatabase(pool, secret)
  const secrets = createSecretStore({ pool, masterKeys: masterKeysFrom(secret, undefined), log })
  const code = createCodeRunner({ log })
  const types = createTypeChecker({ log })
  const fetch = createEgress({ allowPrivate: ['127.0.0.0/8'] })
  const makeVerifier = createVerifierMaker({
    secrets,
    keySets: createKeySets({ fetch, log }),
    findEgressAllow: (workspace) => egress.find(workspace),
  })
  const engine = createEngine({
    pool,
    directUrl: database.url,
    runAction,
    runCode: code.run,
    poll: runPoll,
    fetch,
    findEgressAllow: (workspace) => egress.find(workspace),
    flows: createFlowDirectory(() => deps),
    clock: systemClock,
    log,
    signingKeys: [keyFor('links into runs', secret)],
    hooksUrl: url,
    leaseMs: 30_000,
    limits: defaultLimits,
    role: 'all',
    onKept: () => kept.soon(),
    findMembers: (workspace, names) => findMembers(pool, workspace, names),
    findEventStarts: (workspace, name) => listEventStarts(pool, workspace, name),
    findVars: (workspace) => sharedValues.find(workspace),
    secrets,
    files: createFileDesk({ pool }),
  })
  const ears = listenChanges({ url: database.url, log, onChange: forgetAll })
  const endpoints = createEndpointDirectory({ pool, isHearing: ears.isHearing, makeVerifier })
  const egress = createEgressDirectory({ pool, isHearing: ears.isHearing })
  const sharedValues = createSharedValues({ pool, isHearing: ears.isHearing })
  function forgetAll() {
    endpoints.forget()
    egress.forget()
    sharedValues.forget()
  }
  const settings: Settings = {
    publicUrl: url,
    hooksUrl: url,
    listensOnLoopback: true,
    trustedProxies: [],
    workspaceId,
    apiKey: undefined,
    maxBodyBytes: 1024 ** 2,
    strangerRates: { formPostsPerMinute: 30 },
    maxUrlBytes: 8 * 1024,
    maxJsonDepth: 200,
    mostKeptRequests: 100_000,
    requestTimeoutMs,
    mail: { isOn: true, domains: ['mail.test'] },
    webFolder: undefined,
    version: '0.0.0-test',
    role: 'all',
    limits: defaultLimits,
    egressPrivate: ['127.0.0.0/8'],
    ...changes,
  }
  const kept = createKeptSender({ pool, engine, log })
  const packagesFolder = await mkdtemp(join(tmpdir(), 'holdfast-packages-'))
  const packages = createPackages({ pool, folder: packagesFolder, log })
  const mailCounts = newMailCounts()
  const stopping = new AbortController()
  const catalog = catalogFrom([...coreNodeTypes, ...connectorNodeTypes])
  const deps: Deps = {
    pool,
    engine,
    code,
    types,
    catalog,
    endpoints,
    egress,
    kept,
    keepForLater: createKeepForLater({ engine, most: settings.mostKeptRequests }),
    readBody: createBodyReader({ maxBodyBytes: settings.maxBodyBytes, budget }),
    formKeys: [keyFor('pages of forms', secret)],
    packages,
    mailCounts,
    secrets,
    sharedValues,
    log,
    settings,
    stopping: stopping.signal,
  }
  open(await createApp(deps, { role: 'all' }))
  await engine.start()
  kept.soon()

  async function makeMember(role: Role, workspace: string): Promise<string> {
    const { rows } = await pool.query<{ user_id: string }>(
      'select user_id from app.members where workspace_id = $1 and role = $2',
      [workspace, role],
    )
    if (rows[0] !== undefined) return rows[0].user_id
    const userId = newId('user')
    await pool.query('insert into app.users (id, email, name, password_hash) values ($1, $2, $3, $4)', [
      userId,
      `${userId}@example.com`,
      role,
      'none',
    ])
    await pool.query('insert into app.members (workspace_id, user_id, role) values ($1, $2, $3)', [workspace, userId, role])
    return userId
  }

  const mailReader = createMailReader({ memoryMb: 48, timeoutMs: 600_000 })
  const listeners: MailListener[] = []

  return {
    url,
    workspaceId,
    database,
    engine,
    send: (path, options) => send(url + path, options),
    async signIn(role, workspace = workspaceId) {
      const userId = await makeMember(role, workspace)
      const token = newSecretToken('hfs_')
      await insertSession(pool, { id: newId('session'), tokenHash: hashToken(token), userId, workspaceId: workspace, days: 1 })
      return { cookie: `holdfast_session=${token}` }
    },
    async makeKey(scopes, workspace = workspaceId) {
      const userId = await makeMember('owner', workspace)
      const key = newSecretToken('hf_')
      await insertApiKey(pool, {
        id: newId('apiKey'),
        workspaceId: workspace,
        userId,
        name: scopes.join(),
        scopes,
        hint: '',
        keyHash: hashToken(key),
        expiresAt: undefined,
      })
      return { authorization: `Bearer ${key}` }
    },
    async makeWorkspace() {
      const id = newId('workspace')
      await pool.query('insert into app.workspaces (id, name) values ($1, $2)', [id, 'Another'])
      return id
    },
    async takeMail(limits) {
      const all = {
        ...mailLimits,
        maxBytes: 1024 ** 2,
        perMinute: 10_000,
        connections: 100,
        isOwnNetworkFree: false,
        ofMailboxPerMinute: 10_000,
        ...limits,
      }
      const tls = undefined
      const listener = await listenMail({
        host: '127.0.0.1',
        port: 0,
        name: 'mail.test',
        tls,
        limits: all,
        counts: mailCounts,
        log,
      })
      listeners.push(listener)
      listener.open(createMailTaker(deps, mailReader))
      return listener.port
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await Promise.all([kept.stop(), ...listeners.map((listener) => listener.stop())])
      await packages.stop()
      await engine.stop(5000)
      stopping.abort()
      server.closeAllConnections()
      await closed
      await Promise.all([ears.stop(), code.stop(), types.stop(), mailReader.stop()])
      await rm(packagesFolder, { recursive: true, force: true })
      await database.drop()
    },
  }
}
