import { builtinModules } from 'node:module'
import { extname } from 'node:path'
import type { OnLoadResult } from 'esbuild'
import { nodeName } from './import-problems.ts'

const builtins = new Set(builtinModules.map((name) => name.replace(/^node:/, '')))

/** Parts of Node that are a few lines in the sandbox, because the global is there. */
const shims: ReadonlyMap<string, string> = new Map([
  ['node:buffer', 'export const Buffer = globalThis.Buffer; export default { Buffer }'],
  ['node:url', 'export const { URL, URLSearchParams } = globalThis; export default { URL, URLSearchParams }'],
  ['node:perf_hooks', 'export const { performance } = globalThis; export default { performance }'],
  [
    'node:timers',
    'export const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis; export default { setTimeout, clearTimeout, setInterval, clearInterval }',
  ],
])

/** What may be a part of Node, an address or a path from the root: everything that isn't a file of a package. */
export const mayBeMissing = new RegExp(
  `^(?:/|[A-Za-z][A-Za-z0-9+.-]*:|(?:${[...builtins].map((name) => name.replaceAll('/', '\\/')).join('|')})$)`,
)

export function isBuiltIn(specifier: string): boolean {
  return builtins.has(specifier.replace(/^node:/, ''))
}

/** What stands in for a part that isn't there: it only fails when code really comes by, as no browser build of a package does. */
export function standIn(specifier: string, owner: string): OnLoadResult {
  const shim = isBuiltIn(specifier) ? shims.get(nodeName(specifier)) : undefined
  return {
    contents: shim ?? throwing(`Package "${owner}" needs ${partName(specifier)}, which code steps don't have`),
    loader: 'js',
  }
}

export function hasShim(specifier: string): boolean {
  return isBuiltIn(specifier) && shims.has(nodeName(specifier))
}

export function partName(specifier: string): string {
  return isBuiltIn(specifier) ? nodeName(specifier) : `"${specifier.slice(0, 200)}"`
}

/** Compiled for a machine, not for JavaScript; undefined for anything else. */
export function binaryPart(path: string): string | undefined {
  const extension = extname(path)
  if (extension === '.node') return 'a part that is compiled for one kind of machine (.node)'
  return extension === '.wasm' ? 'WebAssembly (.wasm)' : undefined
}

export function throwing(message: string): string {
  return `throw Object.assign(new Error(${JSON.stringify(message)}), { code: 'MODULE_NOT_FOUND' })`
}
