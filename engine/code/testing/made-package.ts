import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CodePackage } from '../../ports.ts'

/** A package as npm would have laid it out, in a folder of its own. Paths beside the package's own begin with `../`. */
export async function madePackage(
  root: string,
  name: string,
  files: { [path: string]: string },
  manifest: object = {},
): Promise<CodePackage & { folder: string }> {
  const folder = await mkdtemp(join(root, 'store-'))
  const all = { 'package.json': JSON.stringify({ name, version: '1.0.0', ...manifest }), ...files }
  for (const [path, text] of Object.entries(all)) {
    const file = join(folder, 'node_modules', name, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  return { name, version: '1.0.0', hash: folder, folder }
}
