import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { connectorNodeTypes, runAction, runPoll } from '#connectors/index.ts'
import { armFailpoint, createCodeRunner, createEgress, createEngine, type Log, systemClock } from '#engine/index.ts'
import { coreNodeTypes } from '#shared/core-nodes.ts'
import { catalogFrom } from '#shared/manifest.ts'
import { createApp } from './app.ts'
import { createTypeChecker } from './code-types/type-checker.ts'
import { type Config, configFrom, ConfigError } from './config.ts'
import { findMembers } from './db/find-members.ts'
import { listEventStarts } from './db/list-event-starts.ts'
import { listRetention } from './db/list-retention.ts'
import { listenChanges } from './db/listen-changes.ts'
import type { Deps, Settings } from './deps.ts'
import { StartError, startEmbeddedPostgres } from './embedded/index.ts'
import { createEgressDirectory } from './egress/egress-directory.ts'
import { keepForgettingFiles } from './files/forget-files.ts'
import { createFileDesk } from './files/file-desk.ts'
import { createFlowDirectory } from './flows/flow-directory.ts'
import { createEndpointDirectory } from './hooks/endpoint-directory.ts'
import { createKeptSender } from './requests/kept-sender.ts'
import { createKeepForLater } from './requests/keep-for-later.ts'
import { createKeySets } from './hooks/verify/key-sets.ts'
import { createVerifierMaker } from './hooks/verify/verifier.ts'
import { createBodyBudget } from './http/body-budget.ts'
import { isLoopbackHost } from './http/loopback.ts'
import { createBodyReader } from './http/read-body.ts'
import { createLog } from './log.ts'
import type { MailListener } from './mail/listen-mail.ts'
import { type MailCounts, newMailCounts } from './mail/mail-counts.ts'
import { defaultPerMinute, mailLimits } from './mail/mail-limits.ts'
import { createMailReader } from './mail/mail-reader.ts'
import { keepCertificateFresh, readCertificate } from './mail/read-certificate.ts'
import { createMailTaker } from './mail/mail-taker.ts'
import { createSecretStore } from './secrets/secret-store.ts'
import { masterKeysFrom } from './secrets/master-keys.ts'
import { rewrapDataKeys } from './secrets/rewrap.ts'
import { createSharedValues } from './secrets/shared-values.ts'
import { createPackages } from './packages/create-packages.ts'
import { prepareDataFolder, readOrCreateSecretKey } from './start/data-folder.ts'
import { connectDatabase, prepareDatabase } from './start/database.ts'
import { createDevMiddleware } from './start/dev-middleware.ts'
import { listen } from './start/listen.ts'
import { keyFor } from './start/secrets.ts'
import { setupLink } from './start/setup-link.ts'
import { stopOnSignal } from './start/stop-on-signal.ts'

/** How long attempts in flight may take to finish; the rest of the 35 s is for everything else. */
const drainMs = 25_000
/** How long the last answers may take to be read. */
const lastAnswersMs = 2000

try {
  await start()
} catch (error) {
  const isExpected = error instanceof ConfigError || error instanceof StartError
  console.error(isExpected ? error.message : error)
  process.exit(1)
}

async function start(): Promise<void> {
  const config = configFrom(process.env, process.argv.slice(2))
  const log = createLog('info')
  if (config.failpoint !== undefined) armFailpoint(config.failpoint)
  const budget = createBodyBudget(config.maxBytesAtOnce)
  const { server, port, open } = await listen(config.host, config.port, { ...config, budget })

  const mailCounts = newMailCounts()
  const mail =
    config.role === 'worker' || config.mail.port === undefined
      ? undefined
      : await listenForMail(config.mail, config.mail.port, mailCounts, log)

  // With a database elsewhere nothing is kept in the data folder.
  if (config.databaseUrl === undefined) await prepareDataFolder(config.dataDir)
  const embedded = config.databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir: config.dataDir, log }) : undefined
  const databaseUrl = config.databaseUrl ?? embedded?.url ?? ''
  const directUrl = config.directUrl ?? databaseUrl
  const secretKey = config.secretKey ?? (await readOrCreateSecretKey(config.dataDir))
  const pool = await connectDatabase(databaseUrl, log)
  const { workspaceId } = await prepareDatabase(pool, secretKey, config.previousSecretKey)
  const masterKeys = masterKeysFrom(secretKey, config.previousSecretKey)
  const rewrapped = await rewrapDataKeys(pool, masterKeys)
  if (rewrapped > 0) log.info({ keys: rewrapped }, 'The keys of workspaces are encrypted with the new HOLDFAST_SECRET_KEY now')
  const secrets = createSecretStore({ pool, masterKeys, log })

  const code = createCodeRunner({ log })
  const types = createTypeChecker({ log })
  const ownUrl = `http://${urlHost(config.host)}:${port}`
  const webFolder = fileURLToPath(new URL('../dist/web/', import.meta.url))
  const settings: Settings = {
    publicUrl: config.publicUrl ?? ownUrl,
    hooksUrl: config.hooksUrl ?? config.publicUrl ?? ownUrl,
    listensOnLoopback: isLoopbackHost(config.host) && isLoopbackHost(new URL(config.publicUrl ?? ownUrl).hostname),
    trustedProxies: config.trustedProxies,
    workspaceId,
    apiKey: config.apiKey,
    strangerRates: config.strangerRates,
    maxBodyBytes: config.limits.bodyBytes,
    maxUrlBytes: config.maxUrlBytes,
    maxJsonDepth: config.limits.jsonDepth,
    mostKeptRequests: config.mostKeptRequests,
    requestTimeoutMs: config.requestTimeoutMs,
    mail: { isOn: config.mail.port !== undefined, domains: config.mail.domains },
    webFolder: existsSync(webFolder) ? webFolder : undefined,
    version: readVersion(),
    role: config.role,
    limits: config.limits,
    egressPrivate: config.egressPrivate,
  }
  const fetch = createEgress({ allowPrivate: config.egressPrivate })
  const makeVerifier = createVerifierMaker({
    secrets,
    keySets: createKeySets({ fetch, log }),
    findEgressAllow: (workspace) => egress.find(workspace),
  })
  const keysFor = (purpose: string) =>
    [secretKey, config.previousSecretKey].flatMap((key) => (key === undefined ? [] : [keyFor(purpose, key)]))
  const engine = createEngine({
    pool,
    directUrl,
    runAction,
    runCode: code.run,
    poll: runPoll,
    fetch,
    findEgressAllow: (workspace) => egress.find(workspace),
    flows: createFlowDirectory(() => deps),
    clock: systemClock,
    log,
    signingKeys: keysFor('links into runs'),
    hooksUrl: settings.hooksUrl,
    publicUrl: settings.publicUrl,
    // Nobody can be written to yet: it stands on the run's timeline, and here.
    onReminder: (reminder) => log.info(reminder, 'Nobody has answered a question yet'),
    onKept: () => kept.soon(),
    leaseMs: config.leaseMs,
    retention: {
      days: config.retentionDays,
      ofFlows: () => listRetention(pool),
      keptRequestDays: config.keptRequestDays,
      mostRequests: config.mostDroppedRequests,
    },
    limits: config.limits,
    role: config.role,
    findMembers: (workspace, names) => findMembers(pool, workspace, names),
    findEventStarts: (workspace, name) => listEventStarts(pool, workspace, name),
    findVars: (workspace) => sharedValues.find(workspace),
    secrets,
    files: createFileDesk({ pool }),
  })
  const ears = listenChanges({ url: directUrl, log, onChange: forgetAll })
  const endpoints = createEndpointDirectory({ pool, isHearing: ears.isHearing, makeVerifier })
  const egress = createEgressDirectory({ pool, isHearing: ears.isHearing })
  const sharedValues = createSharedValues({ pool, isHearing: ears.isHearing })
  function forgetAll() {
    endpoints.forget()
    egress.forget()
    sharedValues.forget()
  }
  const kept = createKeptSender({ pool, engine, log })
  const mailReader = createMailReader()
  const packages = createPackages({ pool, folder: join(config.dataDir, 'packages'), log })
  keepForgettingFiles({ pool, engine, log })
  const stopping = new AbortController()
  const dev = config.dev ? await createDevMiddleware(server) : undefined
  const deps: Deps = {
    pool,
    engine,
    code,
    types,
    catalog: catalogFrom([...coreNodeTypes, ...connectorNodeTypes]),
    endpoints,
    egress,
    kept,
    keepForLater: createKeepForLater({ engine, most: settings.mostKeptRequests }),
    readBody: createBodyReader({ maxBodyBytes: settings.maxBodyBytes, budget }),
    formKeys: keysFor('pages of forms'),
    secrets,
    sharedValues,
    packages,
    mailCounts,
    log,
    settings,
    stopping: stopping.signal,
  }
  const app = await createApp(deps, { role: config.role, ...(dev === undefined ? {} : { devMiddleware: dev.middleware }) })

  stopOnSignal(async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    await Promise.all([kept.stop(), mail?.stop()])
    await Promise.all([packages.stop(), engine.stop(drainMs)])
    // Callers that still wait are told that their run goes on: in another process, or after the next start.
    stopping.abort()
    const cut = setTimeout(() => server.closeAllConnections(), lastAnswersMs)
    const idle = setInterval(() => server.closeIdleConnections(), 50)
    await closed
    clearTimeout(cut)
    clearInterval(idle)
    await Promise.all([ears.stop(), dev?.close(), code.stop(), types.stop(), mailReader.stop()])
    await pool.end()
    await embedded?.stop()
  }, log)

  await engine.start()
  kept.soon()
  open(app)
  mail?.open(createMailTaker(deps, mailReader))
  const link = config.role === 'worker' ? undefined : await setupLink(pool, workspaceId, settings.publicUrl)
  // Told in the log before anybody relies on them.
  await code.layers()
  code.prepare().catch((error: unknown) => log.warn({ err: error }, 'The sandbox could not be prepared ahead of its first use'))
  if (config.testHooks) log.warn({}, 'TEST_HOOKS=1: this server is for browser tests')
  if (config.otelEndpoint !== undefined) log.warn({}, 'OTEL_EXPORTER_OTLP_ENDPOINT is set, but this version exports nothing yet')
  if (link !== undefined) console.log(`Make the owner account here, once: ${link}`)
  if (mail) log.info({ port: mail.port, domains: config.mail.domains }, 'E-mail is taken')
  console.log(`Holdfast is ready at ${settings.publicUrl}`)
}

async function listenForMail(mail: Config['mail'], port: number, counts: MailCounts, log: Log): Promise<MailListener> {
  // Most servers take no mail, and the protocol's library is among the largest there are.
  const { listenMail } = await import('./mail/listen-mail.ts')
  const { host, domains, maxBytes, perMinute, connections } = mail
  const tls = mail.tls && (await readCertificate(mail.tls))
  const isOwnNetworkFree = perMinute === undefined
  const limits = { ...mailLimits, maxBytes, connections, perMinute: perMinute ?? defaultPerMinute, isOwnNetworkFree }
  const listener = await listenMail({ host, port, name: domains[0] ?? host, tls, limits, counts, log })
  if (mail.tls) keepCertificateFresh(mail.tls, listener, log)
  return listener
}

/** How a host is written in an address; a wildcard is no address anybody can open. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

function readVersion(): string {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')))
    .version
}
