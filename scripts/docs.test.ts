import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { connectorNodeTypes } from '#connectors/index.ts'
import { layerWords } from '#engine/code/layer-words.ts'
import { codeLimits, egressLimits } from '#engine/index.ts'
import { coreNodeTypes } from '#shared/core-nodes.ts'
import { errorTable } from '#shared/errors.ts'
import { compile } from '#shared/compile.ts'
import { Flow } from '#shared/flow.ts'
import { catalogFrom } from '#shared/manifest.ts'
import { cronWords } from '#shared/schedule/cron-words.ts'
import { nextTicks } from '#shared/schedule/next-tick.ts'
import { sandboxTypes } from '#shared/code-types/sandbox-types.ts'
import { helpers } from '#shared/expression/helpers.ts'
import { knownSenders } from '#shared/webhook-verify.ts'
import { exitCodes } from '#server/cli/command-error.ts'
import { help } from '#server/cli/read-command.ts'

const Installed = z.object({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
})
const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
// Without the padding of tables.
const unpadded = (text: string) => text.replaceAll(/ +/g, ' ')
const doc = (path: string) => unpadded(read(path))
const namesIn = (text: string) => [...text.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name ?? '')

// The docs say these things again, for people; here is where the two are compared.

test('every helper of the expression language is documented as it is', () => {
  const text = doc('docs/expressions.md')
  const missing = helpers.filter(
    ({ usage, description, example }) =>
      !text.includes(unpadded(`| \`${usage}\` | ${description} | \`${example.source}\` → \`${example.gives}\` |`)),
  )
  expect(missing.map(({ name }) => name)).toEqual([])
})

test('every type of step is documented, and every param of the starts and of the HTTP request', () => {
  const text = doc('docs/flows.md')
  for (const { type, role, params } of [...coreNodeTypes, ...connectorNodeTypes]) {
    const row = text.split('\n').find((line) => line.startsWith(`| \`${type}\` |`))
    expect(row, type).toBeDefined()
    if (role === 'trigger') for (const name of Object.keys(params.properties ?? {})) expect(row, type).toContain(`\`${name}\``)
  }
  const request = connectorNodeTypes.find(({ type }) => type === 'http.request')
  for (const name of Object.keys(request?.params.properties ?? {})) expect(text).toContain(`\`${name}\``)
})

test('the schedule that is shown can be published, and its params are all told of', () => {
  const text = doc('docs/schedules.md')
  const example: unknown = JSON.parse(/```json\n([^]*?)```/.exec(text)?.[1] ?? '')
  const catalog = catalogFrom([...coreNodeTypes, ...connectorNodeTypes])
  expect(compile(Flow.parse(example), catalog).problems).toEqual([])
  for (const name of Object.keys(catalog.get('schedule')?.params.properties ?? {})) expect(text).toContain(`\`${name}\``)
})

test('the flow that looks for new items can be published, and all that it is asked and gives is told of', () => {
  const text = doc('docs/looking-for-new-items.md')
  const example: unknown = JSON.parse(/```json\n([^]*?)```/.exec(text)?.[1] ?? '')
  const catalog = catalogFrom([...coreNodeTypes, ...connectorNodeTypes])
  expect(compile(Flow.parse(example), catalog).problems).toEqual([])
  for (const { type, params } of connectorNodeTypes.filter(({ polls }) => polls)) {
    expect(text).toContain(`: \`${type}\``)
    for (const name of Object.keys(params.properties ?? {})) expect(text).toContain(`\`${name}\``)
  }
  const item = catalog.get('feed.newItem')?.output?.properties?.['body']
  for (const name of Object.keys(item?.properties ?? {})) expect(text).toContain(`\`${name}\``)
})

test('rules of schedules are told in the words the product has for them', () => {
  const rows = [...doc('docs/schedules.md').matchAll(/^\| `([^`]+)` \| ([A-Z][^|`]+) \|$/gm)]
  expect(rows.length).toBeGreaterThan(7)
  for (const [, rule = '', words] of rows) expect(cronWords(rule), rule).toBe(words)
})

test('where clocks are set, schedules come when the docs say', () => {
  const rows = [...doc('docs/schedules.md').matchAll(/^\| `([^`]+)` \| `(\w+\/\w+)` \| [^|]+ \| ([^|]+) \|$/gm)]
  expect(rows).toHaveLength(8)
  for (const [, cron = '', timezone = '', told = ''] of rows) {
    const times = [...told.matchAll(/`([^`]+)`/g)].map(([, time = '']) => Date.parse(time))
    const before = (times[0] ?? 0) - 1
    expect(nextTicks({ rules: [{ cron, timezone }] }, before, times.length), `${cron} ${timezone}`).toEqual(times)
  }
})

test('every function that code is given is documented', () => {
  const text = doc('docs/code-steps.md')
  const membersOf = (name: string) => {
    const body = new RegExp(`^interface ${name} \\{\n([^]*?)^\\}`, 'm').exec(sandboxTypes)?.[1] ?? ''
    return [...body.matchAll(/^ {2}(?:readonly )?(\w+)[<(:?]/gm)].map(([, member]) => member ?? '')
  }
  const steps = membersOf('Step').map((member) => `step.${member}`)
  const states = membersOf('State').map((member) => `state.${member}`)
  const secrets = membersOf('Secrets').map((member) => `secrets.${member}`)
  expect([steps.length, states.length, secrets.length]).toEqual([10, 2, 2])
  const missing = [...steps, ...states, ...secrets].filter((name) => !text.includes(`| \`${name}(`))
  expect(missing).toEqual([])
  expect(membersOf('CodeContext').filter((name) => !text.includes(`\`${name}\``))).toEqual([])
})

test('every variable the server reads is documented', () => {
  const config = read('server/config.ts')
  const limits = /const Limits = z\.object\(\{([\s\S]*?)\n\}\)/.exec(config)?.[1] ?? ''
  const environment = /const Environment = z\.object\(\{([\s\S]*?)\n\}\)/.exec(config)?.[1] ?? ''
  const names = [...namesIn(environment), ...namesIn(limits).map((name) => `HOLDFAST_LIMIT_${name}`)]
  expect(names.length).toBeGreaterThan(15)
  const text = doc('docs/starting-and-settings.md')
  expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([])
})

test('the help of the command line is in its page, and how it ends', () => {
  const text = read('docs/your-own-editor.md')
  expect(text).toContain(`\`\`\`text\n${help}\n\`\`\``)
  for (const code of Object.values(exitCodes)) expect(unpadded(text)).toMatch(new RegExp(`^\\| \`${code}\` \\|`, 'm'))
})

test('every layer of the sandbox, every limit of code and its error are documented', () => {
  const text = doc('docs/sandbox.md')
  for (const name of Object.keys(layerWords)) expect(text).toContain(`| ${name} |`)
  for (const code of ['cpu_limit', 'memory_limit', 'wall_limit', 'result_limit', 'call_limit', 'runner_crash'] as const) {
    expect(errorTable).toHaveProperty(code)
    expect(text).toContain(`\`${code}\``)
  }
  const { calls, callsInFlight, callBytes, logLines, logBytes, logLineBytes, metrics, timers } = codeLimits
  const count = (n: number) => n.toLocaleString('en')
  for (const words of [
    `calls and durable steps an attempt | ${count(calls)} |`,
    `calls at once | ${callsInFlight};`,
    `what one call takes along | ${callBytes / 1024 ** 2} MiB |`,
    `metrics an attempt | ${count(metrics)} |`,
    `timers at once | ${count(timers)} |`,
    `log lines | ${count(logLines)}, ${logBytes / 1024} KiB, ${logLineBytes / 1024} KiB each |`,
    `at most ${egressLimits.redirects} redirects`,
    `${egressLimits.connectMs / 1000} s for a connection, ${egressLimits.idleMs / 1000} s without a byte, ${egressLimits.answerBytes / 1024 ** 2} MiB of an answer`,
  ])
    expect(text).toContain(words)
})

test('the hostile programs are documented as they are counted', () => {
  const text = doc('docs/sandbox.md')
  const folder = join(root, 'engine/code/hostile')
  const classes = readdirSync(folder).map((name) => [name, readdirSync(join(folder, name)).length] as const)
  expect(classes.length).toBeGreaterThan(5)
  for (const [name, count] of classes) expect(text).toMatch(new RegExp(`\\| \`${name}\`: [^|]* \\| ${count} \\|`))
})

test('every preset that checks webhooks has its recipe, and says what it was proven with as it is installed', () => {
  const text = doc('docs/receiving-webhooks-safely.md')
  for (const preset of knownSenders) expect(text).toContain(`"verify": { "preset": "${preset}", "secret": "`)
  const { dependencies, devDependencies } = Installed.parse(JSON.parse(read('package.json')))
  const rows = [...text.matchAll(/^\| `([a-z-]+)` \| `([^`]+)` \| ([0-9][^ ]*) \|/gm)]
  for (const [, preset = '', library = '', version] of rows)
    expect({ preset, library, version }).toEqual({ preset, library, version: { ...dependencies, ...devDependencies }[library] })
  expect(new Set(rows.map(([, preset]) => preset))).toEqual(new Set([...knownSenders, 'jwt']))
})
