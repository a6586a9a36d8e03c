import type { Flow } from '#shared/flow.ts'
import { packageOf } from '#shared/package-name.ts'
import { codesOf } from '../flows/codes-of.ts'

/**
 * Names of the packages that a flow's code imports, in order; also those that only types are taken from, which leave
 * nothing in what the compiler makes of the code.
 */
export function namedPackages(flow: Flow): string[] {
  const names = codesOf(flow).flatMap((code) =>
    [...code.matchAll(/\b(?:from|import)\s*\(?\s*(['"])([^'"\n]+)\1/g)].flatMap(
      ([, , specifier = '']) => packageOf(specifier) ?? [],
    ),
  )
  return [...new Set(names)].toSorted()
}
