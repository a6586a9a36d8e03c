import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { arbitraryFlow } from './testing/arbitrary-flow.ts'
import { makeWorkplace, type Workplace } from './testing/workplace.ts'

let server: TestServer
let headers: { authorization: string }
let here: Workplace
let there: Workplace
beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['build'])
  const settings = { HOLDFAST_URL: server.url, HOLDFAST_API_KEY: headers.authorization.slice('Bearer '.length) }
  here = makeWorkplace(settings)
  there = makeWorkplace(settings)
})
afterAll(async () => {
  here.remove()
  there.remove()
  await server.stop()
})

const Got = z.object({ revision: z.number(), document: z.unknown() })
const fetchFlow = async (id: string) => Got.parse((await server.send(`/api/v1/flows/${id}`, { headers })).json)
// A name is also a column of text, which PostgreSQL keeps without NUL and halves of characters.
const flow = arbitraryFlow.filter(({ name }) => name.isWellFormed() && !name.includes('\0'))

test('any flow is pulled, pushed and pulled with the same bytes, here and elsewhere, and any text of its code comes through', async () => {
  let count = 0
  await fc.assert(
    fc.asyncProperty(flow, fc.string({ unit: 'binary' }), async (document, text) => {
      const dir = `flow-${++count}`
      const { id } = await createFlow(server, headers, document)
      const before = await fetchFlow(id)
      expect((await here.holdfast('pull', id, dir)).err).toBe('')
      const files = await here.files(dir)
      expect((await here.holdfast('push', dir)).err).toBe('')
      expect(await fetchFlow(id)).toEqual(before)
      await here.holdfast('pull', dir)
      expect(await here.files(dir)).toEqual(files)
      await there.holdfast('pull', id, dir)
      expect(await there.files(dir)).toEqual(files)

      const step = Object.keys(files).find((path) => path.startsWith('steps/'))
      if (step === undefined || !text.isWellFormed()) return
      await here.write(`${dir}/${step}`, text)
      expect((await here.holdfast('push', dir)).err).toBe('')
      await there.holdfast('pull', dir)
      expect(await there.files(dir)).toEqual(await here.files(dir))
      expect(Buffer.from((await there.files(dir))[step] ?? '', 'latin1').equals(Buffer.from(text))).toBe(true)
    }),
    { numRuns: 25 },
  )
})
