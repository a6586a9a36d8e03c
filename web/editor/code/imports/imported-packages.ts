import { packageOf } from '#shared/package-name.ts'

export interface ImportedPackage {
  name: string
  /** Where its name stands in the text; counts from 1. */
  line: number
  column: number
}

// What stands between the word and the name is names, braces and commas, over as many lines as it takes.
const statement = /(?:^|[;\n])[ \t]*(?:import|export)\b(?:[\w$\s,{}*]*?\bfrom)?\s*(["'])([^"'\n]+)\1/g

/** The packages that a text imports, each at its first import. What is not yet whole, or a path, is none. */
export function importedPackages(code: string): ImportedPackage[] {
  const found = new Map<string, ImportedPackage>()
  for (const match of code.matchAll(statement)) {
    const [whole, , specifier = ''] = match
    const name = specifier.startsWith('node:') ? undefined : packageOf(specifier)
    if (name === undefined || found.has(name)) continue
    const before = code.slice(0, match.index + whole.length - specifier.length - 1)
    const line = before.split('\n').length
    found.set(name, { name, line, column: before.length - before.lastIndexOf('\n') })
  }
  return [...found.values()]
}
