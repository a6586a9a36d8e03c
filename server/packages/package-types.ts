import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { PackageTypes } from '#shared/api.ts'

const most = { files: 4000, bytes: 8 * 1024 * 1024 }
/** What of a manifest says where its types are. */
const Manifest = z.record(z.string(), z.unknown())
const told = ['name', 'version', 'type', 'types', 'typings', 'typesVersions', 'main', 'module', 'exports', 'imports']

/** The declarations in a package's folder, its own first and then those of all it depends on, as `node_modules/…` paths. */
export async function packageTypes(folder: string, name: string): Promise<PackageTypes> {
  const files: { path: string; text: string }[] = []
  let bytes = 0
  const own = `node_modules/${name}`
  const left = [own, 'node_modules']
  for (let at = left.shift(); at !== undefined; at = left.shift()) {
    const entries = await readdir(join(folder, at), { withFileTypes: true })
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${at}/${entry.name}`
      if (entry.isDirectory() && path !== own) left.push(path)
      if (!entry.isFile() || !/(?:\.d\.[cm]?ts|^package\.json)$/.test(entry.name)) continue
      const whole = await readFile(join(folder, path), 'utf8')
      const text = entry.name === 'package.json' ? manifestOf(whole) : whole
      bytes += Buffer.byteLength(text)
      if (files.length >= most.files || bytes > most.bytes) return { files, isCut: true }
      files.push({ path, text })
    }
  }
  return { files, isCut: false }
}

function manifestOf(text: string): string {
  try {
    const manifest = Manifest.parse(JSON.parse(text))
    return JSON.stringify(Object.fromEntries(told.flatMap((key) => (key in manifest ? [[key, manifest[key]]] : []))))
  } catch {
    // A broken manifest somewhere deep in a package has no say in its types.
    return '{}'
  }
}
