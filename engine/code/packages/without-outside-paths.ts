import { posix } from 'node:path'
import { parse, type Node } from 'acorn'
import { transform, type Loader } from 'esbuild'
import { computedPaths } from '../computed-paths.ts'
import { ownerOf, packageRootOf } from './owner-of.ts'

const loaders: { [extension: string]: Loader } = {
  ...{ '.js': 'js', '.cjs': 'js', '.mjs': 'js', '.jsx': 'jsx' },
  ...{ '.ts': 'ts', '.cts': 'ts', '.mts': 'ts', '.tsx': 'tsx' },
}
/** As much as a bundle may be, with all that is left out of it. */
const mostLetters = 5 * 1024 * 1024
/** `require("x")`, which is most of what there is. Without brackets inside: no other call hides in it. */
const plain = /\b(?:require|import)\s*\(\s*(["'])[^"'\\\n()]*\1\s*\)/g
/** The names themselves, and `require` with letters of it written as numbers. */
const mayAsk = /require|\bimport\s*[(/]|\\u(?:00|\{0*)(?:72|65|71|75|69)/i

/** Nothing is refused for being too new: what the bundle may hold is decided when it is made. */
const plainly = { target: 'esnext', supported: { decorators: false, using: false }, logLevel: 'silent' } as const

/** The text of a package's file, as what it is to be read. */
interface Contents {
  contents: string
  loader: Loader
  error?: undefined
}

/**
 * For a path that is worked out the compiler walks the folder it begins with, without asking anybody: for
 * `require('./../../../' + name)` that is the whole disk. Those that may lead out of their package are wrapped, so that
 * the compiler sees no path in them and they fail when code comes by. Undefined for a text without any.
 */
export async function withoutOutsidePaths(
  text: string,
  path: string,
): Promise<Contents | { contents?: undefined; loader?: undefined; error: string } | undefined> {
  const loader = loaders[posix.extname(path)]
  if (loader === undefined || !mayAsk.test(text.replaceAll(plain, ''))) return undefined
  if (text.length > mostLetters) return { error: `A file is too large to be looked through, in package "${ownerOf(path)}"` }
  const asIs = loader === 'js' ? read(text) : undefined
  if (asIs !== undefined) return wrapped(text, asIs, path)
  // In a dialect, or with something newer than what is read here: the compiler puts it plainly, or says what is wrong.
  const put = await transform(text, { loader, ...plainly }).catch((error: unknown) => ({ error }))
  if ('error' in put) return { error: `${firstError(put.error)}, in package "${ownerOf(path)}"` }
  const tree = read(put.code)
  if (tree === undefined) return { error: `A file can’t be read, in package "${ownerOf(path)}"` }
  return wrapped(put.code, tree, path)
}

function firstError(error: unknown): string {
  const [first]: unknown[] = error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? error.errors : []
  return typeof first === 'object' && first !== null && 'text' in first ? String(first.text) : 'A file can’t be read'
}

function wrapped(text: string, tree: Node, path: string): Contents | undefined {
  const outside = computedPaths(tree).filter(({ beginning }) => beginning === undefined || !isInside(path, beginning))
  if (outside.length === 0) return undefined
  let contents = text
  for (const { node } of outside.toSorted((a, b) => b.node.start - a.node.start))
    contents = `${contents.slice(0, node.start)}[${contents.slice(node.start, node.end)}][0]${contents.slice(node.end)}`
  return { contents, loader: 'js' }
}

/** Only what begins with a dot is looked up on the disk. */
function isInside(path: string, beginning: string): boolean {
  if (!/^\.\.?\//.test(beginning)) return true
  const folder = posix.join(posix.dirname(path), beginning.slice(0, beginning.lastIndexOf('/')))
  return `${folder}/`.startsWith(`${packageRootOf(path)}/`)
}

function read(text: string): Node | undefined {
  for (const sourceType of ['script', 'module'] as const) {
    try {
      const isScript = sourceType === 'script'
      return parse(text, { ecmaVersion: 'latest', sourceType, allowReturnOutsideFunction: isScript, allowHashBang: true })
    } catch {
      // The other way, then.
    }
  }
  return undefined
}
