import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { sandboxTypes } from '#shared/code-types/sandbox-types.ts'
import { createTestSandbox } from './testing/test-sandbox.ts'

const sandbox = createTestSandbox({ mostRunners: 1 })
afterAll(() => sandbox.stop())

/** The expression's value in a step, beside its value in Node: the two must agree. */
async function agree(expression: string): Promise<void> {
  const inNode: unknown = await import(
    `data:text/javascript,${encodeURIComponent(`export const value = await (async () => (${expression}))()`)}`
  )
  const { value } = inNode as { value: unknown }
  expect(await sandbox.run(`export default async () => (${expression})`)).toEqual(JSON.parse(JSON.stringify(value)))
}

test.each([
  // addresses
  `(() => { const u = new URL('../b?x=1#h', 'https://user:p%20w@exämple.com:8443/a/c'); u.searchParams.append('é', '& +'); u.hash = ''; u.port = '443'; return [u.href, u.origin, u.host, u.pathname, u.search, u.username, JSON.stringify(u)] })()`,
  `(() => { const p = new URLSearchParams('a=1&b=2&a=3&c=%zz&d=%C3%A9+x'); p.delete('b'); p.set('a', '4'); p.sort(); return [[...p], p.toString(), p.size, p.getAll('a'), p.has('c')] })()`,
  `[new URLSearchParams({ a: '1', b: 'x y' }).toString(), new URLSearchParams([['a', '1'], ['a', "'(~)"]]).toString()]`,
  `(() => { const u = new URL('http://a/?x=1'); u.search = '?y=2'; return [u.searchParams.get('y'), u.searchParams.get('x')] })()`,
  `[URL.canParse('nope'), URL.canParse('/a', 'http://b'), (() => { try { new URL('nope') } catch (e) { return e.name } })()]`,
  // text and bytes
  `[...new TextEncoder().encode('aé€🙂\\ud800x')]`,
  `new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0xc3, 0xa9, 0xff, 0xe2, 0x82, 0xf0, 0x9f, 0x99, 0x82, 0xed, 0xa0, 0x80, 0xc0, 0x80]))`,
  `(() => { const d = new TextDecoder(); return [d.decode(new Uint8Array([0xf0, 0x9f]), { stream: true }), d.decode(new Uint8Array([0x99, 0x82]), { stream: true }), d.decode()] })()`,
  `(() => { try { new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff])) } catch (e) { return e.name } })()`,
  `new TextDecoder('utf-16le').decode(new Uint8Array([0x61, 0, 0xac, 0x20]))`,
  `[btoa('\\x00\\xffhello'), atob('AP9oZWxsbw=='), atob(' aGk ')]`,
  // buffers
  `[Buffer.from('héllo').toString('hex'), Buffer.from('aGk=', 'base64').toString(), Buffer.from('ff00', 'hex')[0], Buffer.from('a_-', 'base64url').toString('base64url')]`,
  `[Buffer.concat([Buffer.from('a'), Buffer.alloc(2, 'x')]).toString(), Buffer.byteLength('é'), Buffer.from([1, 2]).equals(Buffer.from([1, 2])), JSON.stringify(Buffer.from('a')), Buffer.isBuffer(Buffer.alloc(1).subarray(0))]`,
  // copies
  `(() => { const a = { d: new Date(0), m: new Map([[1, { x: 1 }]]), s: new Set([1]), l: [1, , 3], r: /a/gi, b: new Uint8Array([1, 2]) }; a.self = a; const c = structuredClone(a); return [c !== a, c.self === c, c.d.getTime(), [...c.m], [...c.s], c.l.length, 1 in c.l, String(c.r), [...c.b]] })()`,
  `(() => { try { structuredClone(() => 1) } catch (e) { return 'refused' } })()`,
  // digests
  `crypto.subtle.digest('SHA-256', new TextEncoder().encode('abc')).then((d) => Buffer.from(d).toString('hex'))`,
  `(async () => { const key = await crypto.subtle.importKey('raw', Buffer.from('k'), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']); const s = await crypto.subtle.sign('HMAC', key, Buffer.from('m')); return [Buffer.from(s).toString('hex'), await crypto.subtle.verify('HMAC', key, s, Buffer.from('m')), await crypto.subtle.verify('HMAC', key, s, Buffer.from('n'))] })()`,
  `[/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()), crypto.getRandomValues(new Uint32Array(4)).length, new Set(crypto.getRandomValues(new Uint8Array(64))).size > 8]`,
  // headers and replies
  `(() => { const h = new Headers({ 'X-B': '2', a: ' 1 ' }); h.append('x-b', '3'); h.append('Set-Cookie', 'q=1'); h.append('set-cookie', 'r=2'); return [[...h], h.get('X-B'), h.getSetCookie(), h.has('none'), h.get('none')] })()`,
  `(async () => { const r = Response.json({ a: 1 }, { status: 201 }); const c = r.clone(); return [r.status, r.ok, r.headers.get('content-type'), await r.json(), await c.text(), r.bodyUsed] })()`,
  `(async () => { const q = new Request('http://a/b', { method: 'post', body: 'x', headers: { 'X-A': '1' } }); return [q.method, q.url, await q.text(), q.headers.get('x-a'), q.headers.get('content-type')] })()`,
  `(async () => { const r = new Response('a'); await r.text(); return r.text().catch((e) => e.name) })()`,
  // signals and timers
  `(() => { const c = new AbortController(); const seen = []; c.signal.addEventListener('abort', () => seen.push('heard')); c.abort('why'); return [c.signal.aborted, c.signal.reason, seen, AbortSignal.any([c.signal]).aborted, AbortSignal.abort().reason.name] })()`,
  `new Promise((resolve) => { const order = []; setTimeout(() => order.push('b'), 20); setTimeout((x) => order.push(x), 1, 'a'); const gone = setTimeout(() => order.push('never'), 5); clearTimeout(gone); queueMicrotask(() => order.push('first')); setTimeout(() => resolve(order), 40) })`,
  `new Promise((resolve) => { let n = 0; const i = setInterval(() => { if (++n === 3) { clearInterval(i); resolve(n) } }, 1) })`,
])('%s', (expression) => agree(expression))

test('everything the sandbox has is declared, by TypeScript itself or by us', async () => {
  const names = await sandbox.run('export default () => Object.getOwnPropertyNames(globalThis)')
  const library = join(import.meta.dirname, '../../node_modules/typescript-6/lib')
  const ofJavaScript = readdirSync(library)
    .filter((file) => /^lib\.(?:es5|es20\d\d|esnext)\b.*\.d\.ts$/.test(file))
    .map((file) => readFileSync(join(library, file), 'utf8'))
  const declared = new Set(
    [...ofJavaScript, sandboxTypes].flatMap((text) =>
      [...text.matchAll(/^declare (?:var|let|const|function|class|namespace) (\w+)/gm)].map(([, name]) => name),
    ),
  )
  // `Iterator` is declared inside of a module there.
  const known = ['globalThis', 'undefined', 'Iterator']
  const missing = z
    .array(z.string())
    .parse(names)
    .filter((name) => !declared.has(name) && !known.includes(name))
  expect(missing).toEqual([])
  expect(declared).toContain('performance')
})
