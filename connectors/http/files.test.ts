import type { ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { isAppError } from '#shared/errors.ts'
import { callAction } from '../testing/call-action.ts'
import { filesInMemory } from '../testing/files-in-memory.ts'
import { type SeenRequest, startStubServer } from '../testing/stub-server.ts'

const pixel = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x00, 0xff])
const photo = { $file: 'file_photo', name: 'ein “Bild”.png', type: 'image/png', size: 6 }
const inData = { type: 'image/png', size: 6, base64: pixel.toString('base64') }
const stored = () => filesInMemory({ file_photo: { name: photo.name, type: photo.type, content: pixel } })

async function stub(
  answer: (request: SeenRequest, response: ServerResponse) => void = (_, response) => void response.end('fine'),
) {
  const server = await startStubServer(answer)
  onTestFinished(() => server.close())
  return server
}

const call = (input: object, files = stored()) => callAction('http.request', JSON.stringify(input), { files })

test('a file is sent as the file it is, whether it is kept or stands in the data', async () => {
  const { url, seen } = await stub()
  await call({ method: 'PUT', url, body: photo })
  await call({ method: 'PUT', url, body: photo, bodyType: 'file' })
  await call({ method: 'PUT', url, body: inData, bodyType: 'file' })
  await call({ method: 'PUT', url, body: inData })
  for (const { headers, bytes } of seen.slice(0, 3)) {
    expect(headers).toMatchObject({ 'content-type': 'image/png', 'content-length': '6' })
    expect(bytes).toEqual(pixel)
  }
  expect(seen[3]?.headers['content-type']).toBe('application/json')
})

test('a form with parts carries files under their names, several in one field too', async () => {
  const { url, seen } = await stub()
  await call({ method: 'POST', url, bodyType: 'multipart', body: { title: 'hi', pages: [photo, inData] } })
  const form = await new Response(new Uint8Array(seen[0]?.bytes ?? []), {
    headers: { 'content-type': String(seen[0]?.headers['content-type']) },
  }).formData()
  expect(form.get('title')).toBe('hi')
  const files = form.getAll('pages').filter((value) => value instanceof File)
  expect(files.map(({ name, type, size }) => ({ name, type, size }))).toEqual([
    { name: photo.name, type: 'image/png', size: 6 },
    { name: 'file', type: 'image/png', size: 6 },
  ])
})

test.each([
  [{ 'content-disposition': 'attachment; filename="../../etc/passwd"' }, 'passwd'],
  [{ 'content-disposition': `attachment; filename="x"; filename*=UTF-8''K%C3%A4se.pdf` }, 'Käse.pdf'],
  [{ 'content-disposition': 'attachment; filename="a \\"b\\".txt"' }, 'a "b".txt'],
  [{ 'content-disposition': 'attachment' }, 'ü 1.pdf'],
  [{}, 'ü 1.pdf'],
])('an answer is kept as a file under a name: %j', async (headers, name) => {
  const { url } = await stub(
    (_, response) => void response.writeHead(200, { 'content-type': 'Application/PDF; x=1', ...headers }).end(pixel),
  )
  const files = filesInMemory()
  const { output } = await call({ url: `${url}/down/%C3%BC%201.pdf`, responseType: 'file' }, files)
  expect(output).toMatchObject({ status: 200, body: { $file: 'file_1', name, type: 'application/pdf', size: 6 } })
  expect(files.kept.get('file_1')?.content).toEqual(new Uint8Array(pixel))
})

test('what is neither text nor JSON becomes a file by itself, and text does not', async () => {
  const { url } = await stub(({ url: path }, response) => void response.end(path === '/text' ? 'hällo' : pixel))
  expect((await call({ url })).output).toMatchObject({ body: { $file: expect.any(String), type: 'application/octet-stream' } })
  expect((await call({ url: `${url}/text` })).output).toMatchObject({ body: 'hällo' })
})

test.each([
  [{ body: { $file: 'file_unknown', name: '', type: '', size: 1 } }, 'file_gone'],
  [{ body: 'no file', bodyType: 'file' }, 'invalid_input'],
])('%j is refused before anything is sent', async (input, code) => {
  const { url, seen } = await stub()
  const error = await call({ method: 'POST', url, ...input }).catch((thrown: unknown) => thrown)
  expect(isAppError(error) && error.code).toBe(code)
  expect(seen).toEqual([])
})
