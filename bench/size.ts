import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Bytes on disk below a folder of the checkout. */
export async function folderBytes(folder: string): Promise<number> {
  let total = 0
  for (const entry of await readdir(join(root, folder), { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) total += (await lstat(join(entry.parentPath, entry.name))).size
  }
  return total
}

interface Chunk {
  file: string
  imports?: string[]
  isEntry?: boolean
  src?: string
}

/** Gzipped JavaScript that a page needs before it can be used: the entry, the route's chunk, and all they import. */
export async function routeBytes(routeSource: string): Promise<number> {
  const manifest = JSON.parse(await readFile(join(root, 'dist/web/.vite/manifest.json'), 'utf8')) as Record<string, Chunk>
  const files = new Set<string>()
  const follow = (key: string) => {
    const chunk = manifest[key]
    if (!chunk || files.has(chunk.file)) return
    files.add(chunk.file)
    for (const next of chunk.imports ?? []) follow(next)
  }
  for (const [key, chunk] of Object.entries(manifest)) if (chunk.isEntry || chunk.src === routeSource) follow(key)
  let bytes = 0
  for (const file of files) if (file.endsWith('.js')) bytes += gzipSync(await readFile(join(root, 'dist/web', file))).length
  return bytes
}
