import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { AppError } from '#shared/errors.ts'

const types: { [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}
const compressed = /^(text\/|application\/(json|wasm|manifest)|image\/svg|font\/ttf)/

type Encoding = 'br' | 'gzip' | 'identity'
const compressors: { [E in Encoding]: (bytes: Buffer) => Promise<Buffer> } = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  gzip: (bytes) => promisify(gzip)(bytes),
  identity: async (bytes) => bytes,
}

interface WebFile {
  path: string
  type: string
  /** Named for its content, so a copy of it is good for ever. */
  isHashed: boolean
  bodies: Map<Encoding, Promise<{ bytes: Buffer; etag: string }>>
}

/**
 * Serves the built interface from its folder: only files that were there at the start, each compressed the first time
 * it is asked for and kept so. An address of the interface that is no file gets the page, which knows its own addresses.
 */
export async function webFiles(folder: string) {
  const files = new Map<string, WebFile>()
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const address = `/${relative(folder, path).split(sep).join('/')}`
    files.set(address, {
      path,
      type: types[extname(entry.name).toLowerCase()] ?? 'application/octet-stream',
      isHashed: address.startsWith('/assets/'),
      bodies: new Map(),
    })
  }
  const page = files.get('/index.html')

  return async (req: IncomingMessage & { path: string }, res: ServerResponse): Promise<void> => {
    if (req.method !== 'GET' && req.method !== 'HEAD') throw new AppError('not_found', 'There is nothing at this address.')
    const isPage = extname(req.path) === '' && req.headers.accept?.includes('text/html') === true
    const file = files.get(req.path) ?? (isPage || req.path === '/' ? page : undefined)
    if (file === undefined) throw new AppError('not_found', 'There is nothing at this address.')

    const encoding = compressed.test(file.type) ? encodingFor(req.headers['accept-encoding']) : 'identity'
    const { bytes, etag } = await bodyOf(file, encoding)
    res.setHeader('Cache-Control', file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    res.setHeader('Vary', 'Accept-Encoding')
    res.setHeader('ETag', etag)
    if (req.headers['if-none-match'] === etag) {
      res.statusCode = 304
      res.end()
      return
    }
    res.setHeader('Content-Type', file.type)
    if (encoding !== 'identity') res.setHeader('Content-Encoding', encoding)
    res.setHeader('Content-Length', bytes.length)
    res.end(req.method === 'HEAD' ? undefined : bytes)
  }
}

function encodingFor(accepted: string | undefined): Encoding {
  const names = new Set(accepted?.split(',').map((part) => part.split(';')[0]?.trim().toLowerCase()))
  if (names.has('br')) return 'br'
  return names.has('gzip') ? 'gzip' : 'identity'
}

function bodyOf(file: WebFile, encoding: Encoding): Promise<{ bytes: Buffer; etag: string }> {
  const known = file.bodies.get(encoding)
  if (known !== undefined) return known
  const made = readFile(file.path).then(async (raw) => {
    const bytes = await compressors[encoding](raw)
    return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` }
  })
  file.bodies.set(encoding, made)
  // A file that couldn't be read is tried again the next time.
  made.catch(() => file.bodies.delete(encoding))
  return made
}
