/** The package a file is part of: what follows the last `node_modules` in its path. */
export function ownerOf(path: string): string | undefined {
  const inside = path.split('/node_modules/').at(-1)
  if (inside === undefined || inside === path) return undefined
  const [first = '', second = ''] = inside.split('/')
  return first.startsWith('@') ? `${first}/${second}` : first
}

/** The folder of the package a file is part of. */
export function packageRootOf(path: string): string {
  const inside = nameInStacks(path)
  return `${path.slice(0, path.length - inside.length)}${ownerOf(path) ?? ''}`
}

/** A file as stacks call it: `zod/v4/core/parse.js`. */
export function nameInStacks(path: string): string {
  return path.split('/node_modules/').at(-1) ?? path
}
