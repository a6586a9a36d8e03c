import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { rawConnection, type RawConnection } from '../testing/raw-connection.ts'
import { send } from '../testing/send.ts'
import { createBodyBudget } from './body-budget.ts'
import { watchedResponse } from './watched-response.ts'

/** Far more than what a connection takes up by itself. */
const answerBytes = 32 * 1024 ** 2
const unhurried = 3_600_000

let server: Server
let url: string
let ends: Promise<'read' | 'cut'>[]
const open: RawConnection[] = []
afterEach(stop)

function stop(): void {
  for (const { socket } of open.splice(0)) socket.destroy()
  server.closeAllConnections()
  server.close()
}

async function start(limits: { answerTimeoutMs: number; mostBytes: number; firstAfter?: Promise<unknown> }): Promise<void> {
  const { answerTimeoutMs, mostBytes, firstAfter } = limits
  const budget = createBodyBudget(mostBytes)
  const answer = Buffer.alloc(answerBytes, 'x')
  ends = []
  server = createServer(
    { ServerResponse: watchedResponse({ budget, answerTimeoutMs, bytesPerMs: Infinity }) },
    async (req, res) => {
      const ended = once(res, 'close').then(() => (res.writableFinished ? ('read' as const) : ('cut' as const)))
      ends.push(ended)
      if (req.url === '/later') await firstAfter
      if (req.url === '/bit-by-bit') await writeOn(res, answer)
      res.end(req.url === '/later' ? 'later' : answer)
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port }: AddressInfo = Object(server.address())
  url = `http://127.0.0.1:${port}`
}

/** As a file or a live stream is written: the next only once what came before is read. */
async function writeOn(res: ServerResponse, answer: Buffer): Promise<void> {
  if (!res.write(answer)) await Promise.race([once(res, 'drain'), once(res, 'close')])
}

/** Asks, and never reads what it gets. */
async function askInVain(...paths: string[]): Promise<void> {
  const connection = rawConnection(url, paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''))
  open.push(connection)
  connection.socket.pause()
  await once(server, 'request')
}

test('who doesn’t read an answer in time is cut off', async () => {
  await start({ answerTimeoutMs: 50, mostBytes: 1024 ** 3 })
  await askInVain('/')
  expect(await ends[0]).toBe('cut')
})

test('who reads gets all of it', async () => {
  await start({ answerTimeoutMs: unhurried, mostBytes: 1024 ** 3 })
  expect((await send(`${url}/`)).text).toHaveLength(answerBytes)
  expect(await ends[0]).toBe('read')
})

test('answers that nobody reads give way to those that are read, also several on one connection', async () => {
  await start({ answerTimeoutMs: unhurried, mostBytes: 80 * 1024 ** 2 })
  await askInVain('/', '/', '/', '/')
  expect(await ends[0]).toBe('cut')
  expect((await send(`${url}/`)).text).toHaveLength(answerBytes)
})

test('an answer that waits for the one before it on its connection has its time when it is its turn', async () => {
  const held = Promise.withResolvers<void>()
  await start({ answerTimeoutMs: 50, mostBytes: 1024 ** 3, firstAfter: held.promise })
  await askInVain('/later', '/')
  // Another one is cut meanwhile.
  await askInVain('/')
  expect(await ends[2]).toBe('cut')
  expect(await Promise.race([ends[1], Promise.resolve('waits')])).toBe('waits')
  held.resolve()
  expect(await ends[1]).toBe('cut')
})

test('what is written bit by bit is cut when nobody reads it, as long as more is to come, and whole for who reads', async () => {
  await start({ answerTimeoutMs: 50, mostBytes: 1024 ** 3 })
  await askInVain('/bit-by-bit')
  expect(await ends[0]).toBe('cut')
  stop()
  await start({ answerTimeoutMs: unhurried, mostBytes: 1024 ** 3 })
  expect((await send(`${url}/bit-by-bit`)).text).toHaveLength(2 * answerBytes)
  expect(await ends[0]).toBe('read')
})
