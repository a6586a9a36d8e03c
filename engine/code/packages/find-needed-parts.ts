import { readFile } from 'node:fs/promises'
import type { Metafile } from 'esbuild'
import { isAskedForAtOnce } from './is-asked-for-at-once.ts'
import type { MissingPart } from './packages-plugin.ts'

/**
 * Which of the missing parts are asked for as soon as the step is loaded, by an import or a plain `require`: with those
 * a package can't work. `start` is the name of the step's own text among the inputs.
 */
export async function findNeededParts(
  metafile: Metafile,
  start: string,
  missing: readonly MissingPart[],
): Promise<MissingPart[]> {
  // The source map is an output too.
  const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined)
  const inBundle = missing.filter(({ input }) => (output?.inputs[input]?.bytesInOutput ?? 0) > 0)
  if (inBundle.length === 0) return []
  const seen = new Set([start])
  const left = [start]
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    let text: string | undefined
    for (const { path, kind, original } of metafile.inputs[at]?.imports ?? []) {
      if (seen.has(path)) continue
      if (kind === 'require-call' && at !== start && original !== undefined) {
        text ??= await readFile(`/${at}`, 'utf8').catch(() => '')
        if (!isAskedForAtOnce(text, original)) continue
      } else if (kind !== 'import-statement' && at !== start) continue
      seen.add(path)
      left.push(path)
    }
  }
  return inBundle.filter(({ input }) => seen.has(input))
}
