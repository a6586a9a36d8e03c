import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { Plugin } from 'esbuild'
import { packageOf } from '#shared/package-name.ts'
import { sourceName } from '../source-name.ts'
import { binaryPart, hasShim, isBuiltIn, mayBeMissing, partName, standIn, throwing } from './missing-parts.ts'
import { nameInStacks, ownerOf } from './owner-of.ts'
import { withoutOutsidePaths } from './without-outside-paths.ts'

/** The folder of each package that may be imported; its real path, without links. */
export type PackageFolders = ReadonlyMap<string, string>

/** A part of a package that code steps can't have, standing in the bundle under this name. */
export interface MissingPart {
  /** As the compiler's list of inputs has it. */
  input: string
  what: string
  owner: string
}

const inside = Symbol('a path that is looked for inside a package')
/** Says in a runner that from here on it is the step's own text that is loaded. No import of the text's has this name. */
const ownText = 'holdfast:own'
const styles = new Set(['.css', '.scss', '.sass', '.less'])

const sourceMapUrl = /\b(sourceMappingURL)=/g

/**
 * The compiler would follow such a comment to any file there is, past all that is said here. Written with an escape it
 * is none any more, and in a text or pattern the same as before.
 */
function withoutSourceMap(text: string): string {
  return text.replace(sourceMapUrl, '$1\\u003d')
}

/**
 * Lets a step's text import its packages by name and nothing else, and its packages what npm laid out in their own
 * folders and nothing else: whatever a manifest or a link says, no file outside of them is read.
 */
export function packagesPlugin(code: string, folders: PackageFolders): { plugin: Plugin; missing: MissingPart[] } {
  const missing: MissingPart[] = []
  const found = (part: MissingPart) => {
    if (!missing.some(({ input }) => input === part.input)) missing.push(part)
  }
  const plugin: Plugin = {
    name: 'packages',
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ kind }) =>
        kind === 'entry-point' ? { path: sourceName, namespace: 'step' } : undefined,
      )
      // At the end, where it moves nothing in the text; an import all the same, and the last one to be carried out.
      build.onLoad({ filter: /.*/, namespace: 'step' }, () => ({ contents: `${code}\nimport '${ownText}'`, loader: 'ts' }))
      build.onLoad({ filter: /.*/, namespace: 'own' }, () => ({
        contents: 'globalThis.__own?.(); module.exports = 0',
        loader: 'js',
      }))

      build.onResolve({ filter: /.*/, namespace: 'step' }, async ({ path, kind }) => {
        if (path === ownText) return { path, namespace: 'own' }
        const name = packageOf(path)
        const folder = name === undefined ? undefined : folders.get(name)
        if (folder === undefined) return { errors: [{ text: `"${path}" can't be imported` }] }
        const result = await build.resolve(path, { kind, resolveDir: folder, namespace: 'file', pluginData: inside })
        if (result.errors.length > 0 || result.external)
          return { errors: [{ text: `Package "${name}" has nothing to import at "${path}"` }] }
        return { path: result.path, namespace: result.namespace, suffix: result.suffix, sideEffects: result.sideEffects }
      })

      build.onResolve({ filter: mayBeMissing, namespace: 'file' }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (pluginData === inside) return undefined
        // Packages may bring a part of Node of their own, or say that browsers do without it.
        const isOurs = isBuiltIn(path) && !path.startsWith('node:')
        if (isOurs) {
          const own = await build.resolve(path, { kind, importer, resolveDir, namespace: 'file', pluginData: inside })
          if (own.errors.length === 0 && !own.external) return undefined
        }
        const owner = ownerOf(importer) ?? importer
        const place = { path: `${path} in ${owner}`, namespace: 'missing', pluginData: { path, owner }, sideEffects: false }
        if (!hasShim(path)) found({ input: `missing:${place.path}`, what: partName(path), owner })
        return place
      })
      build.onLoad({ filter: /.*/, namespace: 'missing' }, (args) => {
        const { path, owner }: { path: string; owner: string } = args.pluginData
        return standIn(path, owner)
      })

      build.onLoad({ filter: /.*/, namespace: 'file' }, async ({ path }) => {
        const home = [...folders.values()].find((folder) => path.startsWith(`${folder}/node_modules/`))
        const owner = ownerOf(path) ?? ''
        if (home === undefined) return { errors: [{ text: 'A package names a file that is outside of it' }] }
        if (styles.has(extname(path))) return { contents: '', loader: 'js' }
        const what = binaryPart(path)
        if (what === undefined) {
          const text = await readFile(path, 'utf8')
          const { contents, loader, error } = (await withoutOutsidePaths(text, path)) ?? { contents: text, loader: 'default' }
          if (error !== undefined) return { errors: [{ text: error }] }
          const without = withoutSourceMap(contents)
          return without === text ? undefined : { contents: without, loader }
        }
        found({ input: path.slice(1), what, owner })
        return {
          contents: throwing(`Package "${owner}" needs ${what}, which code steps don't have: ${nameInStacks(path)}`),
          loader: 'js',
        }
      })
    },
  }
  return { plugin, missing }
}
