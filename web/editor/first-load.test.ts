import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('what a flow needs to be shown brings along no library for schemas, calendars or parsing', async () => {
  const packages = await packagesOf(['web/main.tsx', 'web/editor/editor-page.tsx'])
  expect(packages).toContain('@xyflow/react')
  for (const later of ['zod', 'croner', 'acorn', 'monaco-editor']) expect(packages).not.toContain(later)
})

/** The packages that a page which begins with these files loads with it, not on demand. */
async function packagesOf(entries: readonly string[]): Promise<string[]> {
  const packages = new Set<string>()
  const seen = new Set<string>()
  const follow = async (file: string): Promise<void> => {
    if (seen.has(file) || !/\.tsx?$/.test(file)) return
    seen.add(file)
    const text = await readFile(join(root, file), 'utf8')
    for (const [, name = ''] of text.matchAll(/^(?:import|export) (?!type )(?:[^'"]*? from )?'([^']+)'/gm))
      if (name.startsWith('.')) await follow(join(dirname(file), name))
      else if (name.startsWith('#')) await follow(name.slice(1))
      else packages.add(name)
  }
  for (const entry of entries) await follow(entry)
  return [...packages]
}
