import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findCodeSteps } from './find-code-steps.ts'

/** Each as `kind name`, with what is filled in as `…`, and a `*` when it is in a loop. */
const found = (code: string) =>
  findCodeSteps(code).map(({ kind, parts, inLoop }) => `${kind} ${parts.join('…')}${inLoop ? ' *' : ''}`)

const inside = (code: string) => `export default async ({ step, trigger }: Context) => {\n${code}\n}`

describe('the steps that code asks for', () => {
  test.each<[code: string, steps: string[]]>([
    ["await step.run('fetch', () => 1)", ['run fetch']],
    ['return step.run("with \\"quotes\\" and \\u00e9", f)', ['run with "quotes" and é']],
    ['step.run(`plain`, f); step.sleep("rest", "1s")', ['run plain', 'sleep rest']],
    ["step.sleepUntil('noon', at); step.sendEvent('tell', { event: 'x' })", ['sleepUntil noon', 'sendEvent tell']],
    [
      "await Promise.race([step.waitForCall('call'), step.waitForEvent('event', { event: 'e' }), step.waitForApproval('ask', {})])",
      ['waitForCall call', 'waitForEvent event', 'waitForApproval ask'],
    ],
    ["const { total } = await step.callFlow('price', { flowId, input: { a: step.callUrl('x') } })", ['callFlow price']],
    ['step.run(`save ${id}`, f)', ['run save …']],
    ['step.run(`${a} and ${ `${b}!` } to ${c}.`, f)', ['run … and … to ….']],
    ["step.run('save ' + id, f)", ['run save …']],
    ['step.run(name, f); step.run(names[0], f)', ['run …', 'run …']],
    ["step.run<Order[]>('typed', f); step.run<() => Promise<Map<string, X>>>('deep', f)", ['run typed', 'run deep']],
    ["step?.run('a', f); step!.run('b', f); step['run']('c', f); step?.['run']?.('d', f)", ['run a', 'run b', 'run c', 'run d']],
    ["step\n  .run(\n    'far', // why\n    f)", ['run far']],
    ["// step.run('commented')\n/* step.run('too') */ const text = \"step.run('quoted')\"", []],
    ['const text = `step.run("no") ${await step.run("yes", f)} step.run("no")`', ['run yes']],
    ["const a = b / 2; const re = /step.run('x')/; step.run('c', f)", ['run c']],
    ["step.run('outer', () => step.sleep('inner', 1))", ['run outer', 'sleep inner']],
    ["other.run('x'); steps.run('x'); stepper.run('x'); run('x'); sleep('x')", []],
    ["step.runs('x'); step.constructor('x'); step.run; step.callUrl('x'); step.run()", []],
    ["step.run('a' as const, f)", ['run a']],
    ["const name = 'charge'\n  await step.run(name, f)", ['run charge']],
    ["const name = 'a' + b\n  step.run(name, f); const other = 1; step.run(other.name, f)", ['run …', 'run …']],
    ["const n = 'a'\n  for (const n of names) step.run(n, f)", ['run … *']],
    ["{ const n = 'a'; step.run(n, f) } { const n = 'b'; step.run(n, f) }", ['run …', 'run …']],
    ["const { run, sleep: rest } = step; await run('a', f); await rest('b', 1); thing.run('c')", ['run a', 'sleep b']],
    ["const s = step; s.run('a', f)", ['run a']],
  ])('%s', (code, steps) => expect(found(inside(code))).toEqual(steps))

  test.each<[code: string, steps: string[]]>([
    ["({ step: s }) => s.run('a', f)", ['run a']],
    ["({ step: { run, waitForCall: wait } }) => { run('a', f); wait('b') }", ['run a', 'waitForCall b']],
    ["(context) => context.step.run('a', f)", ['run a']],
    ["(c) => c?.['step'].run('a', f)", ['run a']],
    ["(c) => { const { step } = c; step.run('a', f) }", ['run a']],
    ["(c) => { const s = c.step; s.run('a', f) }", ['run a']],
    ["(c) => { const { run } = c.step; run('a', f) }", ['run a']],
    [
      'async function save(step, id) { await step.run(`save ${id}`, f) }\nexport default ({ step }) => save(step, 1)',
      ['run save …'],
    ],
    ["for (const step of plan) step.run('not ours')", []],
  ])('taken from the context otherwise: %s', (code, steps) => expect(found(code)).toEqual(steps))

  test.each<[code: string, steps: string[]]>([
    [
      "for (const id of await step.run('list', f)) { await step.run(`save ${id}`, f) }\nstep.run('end', f)",
      ['run list', 'run save … *', 'run end'],
    ],
    ["for await (const x of y) {\n  step.run('a', f)\n}", ['run a *']],
    [
      "while (await step.run('more', f)) await step.sleep('rest', 1); step.run('end', f)",
      ['run more *', 'sleep rest *', 'run end'],
    ],
    ["do { step.run('a', f) } while (x)\nstep.run('b', f)", ['run a *', 'run b']],
    ["for (const id of ids)\n  if (id)\n    await step.run('a', f)\nawait step.run('b', f)", ['run a *', 'run b']],
    [
      "for (const id of ids) step.run('a', () =>\n  fetch(id)\n    .then((r) => r.json()))\nconst b = step.run('b', f)",
      ['run a *', 'run b'],
    ],
    ["await Promise.all(ids.map((id) => step.run(`get ${id}`, f)))\nstep.run('end', f)", ['run get … *', 'run end']],
    ["if (x) { step.run('a', f) } else step.run('b', f)", ['run a', 'run b']],
  ])('in loops: %s', (code, steps) => expect(found(inside(code))).toEqual(steps))

  test('are found at their lines and columns', () => {
    const code = inside("  const a = await step.run('a', f)\n\n  if (a) await step.sleep('b', 1)")
    expect(findCodeSteps(code)).toMatchObject([
      { name: 'a', line: 2, column: 19 },
      { name: 'b', line: 4, column: 16 },
    ])
  })

  test.each<[typed: string, steps: string[]]>([
    ['step.', []],
    ['step.run', []],
    ['step.run(', []],
    ["step.run('", []],
    ["step.run('fet", []],
    ["step.run('fetch'", ['run fetch']],
    ["step.run('fetch', async () => {", ['run fetch']],
    ["step.run('fetch', `half\nconst x = 1", ['run fetch']],
    ['step.run(`save ${', ['run save …']],
    ['step.run(`save ${id', ['run save …']],
  ])('while they are being typed: %s', (typed, steps) =>
    expect(found(`export default async ({ step }) => {\n  await step.run('before', f)\n  await ${typed}`)).toEqual([
      'run before',
      ...steps,
    ]),
  )

  test('come out in order and at their own words, from any text', () => {
    const pieces = fc.constantFrom(
      ...[
        'step',
        '.run',
        '.sleep',
        '({ step })',
        '{ run } =',
        's',
        ' = ',
        '.',
        '?.',
        '!',
        '<',
        '>',
        '(',
        ')',
        '[',
        ']',
        '{',
        '}',
      ],
      ...[
        "'",
        '"',
        '`',
        '${',
        '/',
        '*',
        '//',
        '\\',
        '\n',
        ' ',
        ';',
        ',',
        ':',
        '=>',
        'for',
        'while',
        'do',
        'await',
        'if',
        '.map',
        'name',
      ],
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (some) => {
        const code = `({ step }) => ${some.join('')}`
        const lines = code.split('\n')
        let last = 0
        for (const { line, column, name, parts } of findCodeSteps(code)) {
          const at = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0) + column - 1
          expect(at).toBeGreaterThanOrEqual(last)
          expect(lines[line - 1]?.slice(column - 1)).toMatch(/^[\w'"`]/)
          expect(name === undefined ? parts.length : 1).toBe(parts.length)
          last = at
        }
      }),
      { numRuns: 3000 },
    )
  })

  test('are found among code that is written around them', () => {
    const names = fc.stringMatching(/^[a-z][a-z ]{0,12}$/)
    const statement = (name: string) =>
      fc.constantFrom(
        `await step.run(${JSON.stringify(name)}, () => fetch('/step.run("x")'))`,
        `const v = await step.run('${name}', async ({ now }) => { return { at: now() } }, { retry: { maxAttempts: 2 } });`,
        `if (trigger.body.step) { await step.run(\`${name}\`, f) }`,
      )
    fc.assert(
      fc.property(
        fc.array(
          names.chain((name) => statement(name).map((text) => ({ name, text }))),
          { maxLength: 8 },
        ),
        (all) => {
          const code = inside(all.map(({ text }) => text).join('\n'))
          expect(found(code)).toEqual(all.map(({ name }) => `run ${name}`))
        },
      ),
    )
  })

  test('take time that grows with the text, however it is twisted', () => {
    // Each of these would take minutes if a word were looked at again for each other one.
    for (const piece of [
      'step.run(`${',
      'step.run<',
      '((({',
      '}',
      "step.run('a'",
      'for (',
      '{ run } = step\n',
      'x.step = ',
      'step.run(`${a}`',
    ])
      findCodeSteps(`({ step }) => ${piece.repeat(30_000)}`)
  })
})
