import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { runFor } from '../run-for.ts'
import { serve } from '../serve.ts'

/** Restate: its server beside this process, which holds the handlers. `env` is what is set beyond its defaults. */
const { folder, peers, env } = JSON.parse(process.env['BENCH_SETTINGS'] ?? '{}')
process.env['RESTATE_LOGGING'] = 'ERROR' // its default of a line a run would be in its way
const resolve = (name) => createRequire(`${peers}/package.json`).resolve(name)
const restate = await import(pathToFileURL(resolve('@restatedev/restate-sdk')).href)
const clients = await import(pathToFileURL(resolve('@restatedev/restate-sdk-clients')).href)

const [node, ingress, admin, handlers] = await freePorts(4)
const binary = resolve(`@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`)
const server = spawn(binary, ['--base-dir', folder], {
  env: {
    PATH: process.env.PATH,
    HOME: folder,
    RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
    RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}`,
    RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
    RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
    RESTATE_LISTEN_MODE: 'tcp',
    RESTATE_DISABLE_TELEMETRY: 'true',
    RESTATE_LOG_FILTER: 'off',
    ...env,
  },
  stdio: 'ignore',
})
process.on('exit', () => server.kill('SIGKILL'))
process.on('SIGTERM', () => process.exit(0))

const five = restate.service({
  name: 'five',
  handlers: {
    run: async (ctx, input) => {
      let value = input
      for (let n = 1; n <= 5; n++) value = await ctx.run(`step${n}`, () => value)
      return value
    },
  },
})
await restate.serve({ services: [five], port: handlers })
await until(() => call(`http://127.0.0.1:${admin}/health`))
await until(() =>
  call(`http://127.0.0.1:${admin}/deployments`, JSON.stringify({ uri: `http://127.0.0.1:${handlers}`, force: true })),
)
const client = clients.connect({ url: `http://127.0.0.1:${ingress}` }).serviceClient(five)
await until(() => client.run({ qty: 6 }))

serve({
  steps: ({ concurrent, seconds }) => runFor(() => client.run({ qty: 6 }), concurrent, seconds),
  async saved() {
    const count = async (sql) => {
      const reply = await call(`http://127.0.0.1:${admin}/query`, JSON.stringify({ query: sql }))
      return Object.values(reply.rows[0])[0]
    }
    return {
      runs: await count("select count(*) as n from sys_invocation where status = 'completed'"),
      steps: await count("select count(*) as n from sys_journal where name like 'step%'"),
    }
  },
  async stop() {
    const gone = new Promise((done) => server.once('exit', done))
    server.kill('SIGTERM')
    await Promise.race([gone, sleep(10_000, undefined, { ref: false })])
  },
})

async function call(url, body) {
  const reply = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    ...(body === undefined ? {} : { body }),
  })
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`)
  const text = await reply.text()
  return text === '' ? undefined : JSON.parse(text)
}

async function until(act) {
  for (const deadline = performance.now() + 60_000; ; await sleep(200)) {
    try {
      return await act()
    } catch (error) {
      if (performance.now() > deadline || server.exitCode !== null) throw error
    }
  }
}

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((done) => {
          const one = createServer().listen(0, '127.0.0.1', () => done(one))
        }),
    ),
  )
  const ports = servers.map((one) => one.address().port)
  for (const one of servers) one.close()
  return ports
}
