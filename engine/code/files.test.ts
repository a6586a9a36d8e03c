import { afterAll, describe, expect, test } from 'vitest'
import type { FileContent, FileDesk } from '../ports.ts'
import { createTestSandbox, type TestRun } from './testing/test-sandbox.ts'

const sandbox = createTestSandbox({ mostRunners: 1 })
afterAll(() => sandbox.stop())

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0xff)
const large = new Uint8Array(10 * 1024 * 1024 + 1)

/** Files of one workspace, in memory. */
function desk() {
  const files = new Map<string, FileContent & { workspaceId: string }>([
    ['file_png', { workspaceId: 'ws_test', name: 'bild ü.png', type: 'image/png', content: png }],
    ['file_text', { workspaceId: 'ws_test', name: 'a.json', type: 'application/json', content: Buffer.from('{"ü":1}') }],
    ['file_theirs', { workspaceId: 'ws_other', name: 'a', type: '', content: png }],
    ['file_large', { workspaceId: 'ws_test', name: 'large', type: '', content: large }],
  ])
  const opened: string[] = []
  const own: FileDesk & { opened: string[]; files: typeof files } = {
    opened,
    files,
    async open(workspaceId, id, mostBytes) {
      opened.push(id)
      const file = files.get(id)
      if (file?.workspaceId !== workspaceId) return undefined
      const size = file.content.byteLength
      return { ...file, size, content: size > mostBytes ? undefined : file.content }
    },
    async keep(run, file) {
      const id = `file_${files.size}`
      files.set(id, { ...file, workspaceId: run.workspaceId })
      return { $file: id, name: file.name, type: file.type, size: file.content.byteLength }
    },
  }
  return own
}

const run = (body: string, more: TestRun = {}) =>
  sandbox.run(`export default async ({ files, step, trigger }) => { ${body} }`, { files: desk(), ...more })
const simple = (body: string, more: TestRun = {}) =>
  sandbox.run(`export default async ({ files, trigger }) => { ${body} }`, { files: desk(), ...more })

describe.each([
  ['code', simple],
  ['code that uses step', run],
])('%s', (_kind, start) => {
  test('reads a file as bytes, text and base64', async () => {
    const file = { name: 'bild ü.png', type: 'image/png', size: 6 }
    const body = `const { name, type, size, ...file } = await files.read({ $file: 'file_png' })
      return { name, type, size, bytes: [...file.bytes()], is: file.bytes() instanceof Uint8Array, base64: file.base64() }`
    expect(await start(body)).toEqual({ ...file, bytes: [...png], is: true, base64: Buffer.from(png).toString('base64') })
    expect(
      await start(
        `const file = await files.read({ $file: 'file_text' }); return [file.size, file.json(), file.text(), file.base64(), file.bytes().length]`,
      ),
    ).toEqual([8, { ü: 1 }, '{"ü":1}', Buffer.from('{"ü":1}').toString('base64'), 8])
  })

  test('reads bytes that stand in the data in the same way', async () => {
    const trigger = { body: { type: 'image/png', size: 6, base64: Buffer.from(png).toString('base64') } }
    const body = `const file = await files.read(trigger.body); return [file.type, file.size, [...file.bytes()]]`
    expect(await start(body, { trigger })).toEqual(['image/png', 6, [...png]])
  })

  test('keeps text and bytes as files, and reads them again', async () => {
    const files = desk()
    const body = `const kept = await files.save('x.bin', new Uint8Array([1, 255]))
      const text = await files.save('hällo.txt', 'grüße')
      const back = await files.read(kept)
      return { kept, text, again: [...back.bytes()], words: (await files.read(text)).text() }`
    expect(await start(body, { files })).toEqual({
      kept: { $file: 'file_4', name: 'x.bin', type: 'application/octet-stream', size: 2 },
      text: { $file: 'file_5', name: 'hällo.txt', type: 'text/plain; charset=utf-8', size: 7 },
      again: [1, 255],
      words: 'grüße',
    })
  })

  test.each([
    ['another workspace’s', '{ $file: "file_theirs" }', 'file_gone'],
    ['one that is gone', '{ $file: "file_none" }', 'file_gone'],
    ['one that is too large', '{ $file: "file_large" }', 'too_large'],
    ['something else', '{ name: "x" }', 'TypeError'],
    ['nothing', 'undefined', 'TypeError'],
  ])('is told why it can’t read %s', async (_what, file, expected) => {
    const body = `try { await files.read(${file}); return 'read' } catch (error) { return error.code ?? error.name }`
    expect(await start(body)).toBe(expected)
  })

  test('may keep 10 MiB at most', async () => {
    const body = `try { await files.save('x', new Uint8Array(10 * 1024 * 1024 + 1)); return 'kept' } catch (error) { return error.message }`
    expect(await start(body)).toMatch(/larger than 10 MiB/)
  })
})

test('code may read and keep files inside a step', async () => {
  const body = `return step.run('inside', async () => {
    const file = await files.read({ $file: 'file_png' })
    return files.save('copy.png', file.bytes(), { type: file.type })
  })`
  expect(await run(body)).toEqual({ $file: 'file_4', name: 'copy.png', type: 'image/png', size: 6 })
})

test('several files at once keep their order, and each is opened once', async () => {
  const files = desk()
  const body = `const all = await Promise.all([files.read({ $file: 'file_png' }), files.read({ $file: 'file_text' }), step.run('x', () => 1)])
    return [all[0].size, all[1].size, all[2]]`
  expect(await run(body, { files })).toEqual([6, 8, 1])
  expect(files.opened).toEqual(['file_png', 'file_text'])
})

test('what code was handed of secrets is in no file it keeps', async () => {
  const files = desk()
  const code = `export default async ({ files, secrets, step }) => {
    const key = await secrets.get('key')
    const kept = await files.save('k.bin', new Uint8Array([255, ...Buffer.from(key)]))
    return [kept, await step.run('inside', () => files.save('k.txt', 'the key is ' + key))]
  }`
  await sandbox.run(code, { files, secrets: { key: { value: 'sk_live_0123456789' } } })
  const saved = [...files.files.values()].slice(4).map(({ content }) => Buffer.from(content).toString('latin1'))
  expect(saved).toHaveLength(2)
  expect(saved.join()).not.toContain('0123456789')
})
