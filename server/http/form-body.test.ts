import { expect, test } from 'vitest'
import { readMultipart } from './form-body.ts'

const part = (boundary: string, name: string, value: string) =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`

async function read(boundary: string, values: { [name: string]: string }, written = boundary): Promise<unknown> {
  const parts = Object.entries(values).map(([name, value]) => part(boundary, name, value))
  const form = await readMultipart(
    Buffer.from(`${parts.join('')}--${boundary}--\r\n`),
    `multipart/form-data; boundary=${written}`,
  )
  return Object.fromEntries(form.entries())
}

test.each(['x', '-', 'AaB03x', 'a', '----WebKitFormBoundaryabcdef0123456789'])(
  'what is sent may hold the boundary %s anywhere but alone at the start of a line',
  async (boundary) => {
    const values = {
      a: boundary,
      b: `-${boundary}`,
      c: `x--${boundary}--`,
      d: `one\r\n--${boundary}x\r\ntwo`,
      e: `${boundary}\r\n${boundary}`,
      f: '',
    }
    const isShort = boundary.length < 20
    expect(await read(boundary, isShort ? values : { a: 'one', f: '' })).toEqual(isShort ? values : { a: 'one', f: '' })
    if (!boundary.includes(' ')) expect(await read(boundary, { a: 'b' }, `"${boundary}"`)).toEqual({ a: 'b' })
  },
)

test('a form that is cut off is refused', async () => {
  await expect(readMultipart(Buffer.from(part('x', 'a', 'b')), 'multipart/form-data; boundary=x')).rejects.toMatchObject({
    code: 'invalid_encoding',
  })
})

test('the sign for what can’t be read is taken where somebody wrote it, and refused where bytes are broken', async () => {
  const values = { 'a\uFFFD': '\uFFFD', b: 'x\uFFFD', c: '\uFFFD' }
  expect(await read('x', values)).toEqual(values)
  const broken = Buffer.from(`${part('x', 'a', 'b\uFFFD')}${part('x', 'b', 'b\u0000')}--x--\r\n`)
  broken[broken.indexOf(0)] = 0xff
  await expect(readMultipart(broken, 'multipart/form-data; boundary=x')).rejects.toMatchObject({ code: 'invalid_encoding' })
})
