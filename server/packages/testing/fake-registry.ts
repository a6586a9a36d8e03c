import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'

interface TarEntry {
  path: string
  text?: string
  linkTo?: string
}

export interface FakeRegistry {
  url: string
  /** Publishes a package; `entries` may be anything a tarball can hold. */
  publish(manifest: { name: string; version: string; [field: string]: unknown }, entries?: TarEntry[], promised?: string): void
  /** Requests that were made, by path. */
  asked: string[]
  stop(): Promise<void>
}

/** A registry on loopback that serves what no real one would, and says what npm asked of it. */
export async function startFakeRegistry(): Promise<FakeRegistry> {
  const answers = new Map<string, Buffer | string>()
  const documents = new Map<
    string,
    { name: string; 'dist-tags': { [tag: string]: string }; versions: { [version: string]: unknown } }
  >()
  const asked: string[] = []
  const server = createServer((req, res) => {
    const path = decodeURIComponent(req.url ?? '')
    asked.push(path)
    const document = documents.get(path.slice(1))
    const answer = document === undefined ? answers.get(path) : JSON.stringify(document)
    res.statusCode = answer === undefined ? 404 : 200
    res.end(answer ?? '{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const url = `http://127.0.0.1:${port}/`
  return {
    url,
    asked,
    publish(manifest, entries = [], promised) {
      const { name, version } = manifest
      const tarball = gzipSync(tar([{ path: 'package/package.json', text: JSON.stringify(manifest) }, ...entries]))
      const path = `/${name}/-/${version}.tgz`
      answers.set(path, tarball)
      const integrity = promised ?? `sha512-${createHash('sha512').update(tarball).digest('base64')}`
      const document = documents.get(name) ?? { name, 'dist-tags': {}, versions: {} }
      document['dist-tags']['latest'] = version
      document.versions[version] = { ...manifest, dist: { tarball: `${url}${path.slice(1)}`, integrity } }
      documents.set(name, document)
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function tar(entries: TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, text = '', linkTo }) => {
    const body = Buffer.from(text)
    const header = Buffer.alloc(512)
    header.write(path, 0)
    header.write('0000644\0', 100)
    header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write('00000000000\0', 136)
    header.write('        ', 148)
    header.write(linkTo === undefined ? '0' : '2', 156)
    header.write(linkTo ?? '', 157)
    header.write('ustar\u000000', 257)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}
