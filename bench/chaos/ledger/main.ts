/**
 * The outside world: a process of its own that nobody kills. It writes every call to a file before it answers, so
 * that what happened outside can be held against what the database says. `GET /calls?after=n` reads it back. `/list/…`
 * are lists of items: `POST` adds one.
 */
import { openSync, writeSync } from 'node:fs'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LedgerCall } from './ledger-call.ts'

const [, , file = 'ledger.jsonl'] = process.argv
const out = openSync(file, 'a')
const calls: LedgerCall[] = []
const passes = new Map<string, number>()
const honoured = new Map<string, string>()
/** Lists that flows look into for new items, the newest first. */
const lists = new Map<string, string[]>()

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://ledger')
  if (url.pathname === '/calls') {
    const after = Number(url.searchParams.get('after') ?? 0)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(calls.slice(after)))
    return
  }
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('error', () => undefined) // whoever called is gone before it has said what it wants: nothing was done
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString('utf8')
    if (url.pathname.startsWith('/list/')) takeForList(body)
    else void take(body)
  })

  function takeForList(body: string): void {
    const list = lists.get(url.pathname) ?? []
    if (request.method === 'POST') lists.set(url.pathname, [body, ...list])
    response.setHeader('content-type', 'application/json')
    response.end(`[${request.method === 'POST' ? body : list.join(',')}]`)
  }

  async function take(body: string): Promise<void> {
    const query = Object.fromEntries(url.searchParams)
    const header = request.headers['idempotency-key']
    const key = typeof header === 'string' ? header : undefined
    const place = query['countBy'] === 'path' ? url.pathname : (key ?? url.pathname)
    const nth = (passes.get(place) ?? 0) + 1
    passes.set(place, nth)
    const call: LedgerCall = {
      n: calls.length,
      at: Date.now(),
      method: request.method ?? '',
      path: url.pathname,
      query,
      key,
      body,
      nth,
      status: 0,
    }
    calls.push(call)
    writeSync(out, `${JSON.stringify(call)}\n`)
    if (query['slowMs'] !== undefined) await sleep(Number(query['slowMs']))
    const isRefused = nth <= Number(query['fail'] ?? 0)
    call.status = isRefused ? Number(query['failStatus'] ?? 500) : 200
    const known = query['honour'] === '1' ? honoured.get(place) : undefined
    const text = known ?? JSON.stringify({ call: call.n, nth, said: isRefused ? 'no' : 'yes' })
    if (!isRefused && query['honour'] === '1') honoured.set(place, text)
    if (isRefused && query['retryAfter'] !== undefined) response.setHeader('retry-after', query['retryAfter'])
    writeSync(out, `${JSON.stringify({ n: call.n, answered: call.status, at: Date.now() })}\n`)
    response.statusCode = call.status
    response.setHeader('content-type', 'application/json')
    response.end(text)
  }
})
server.keepAliveTimeout = 30_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(address.port)
})
