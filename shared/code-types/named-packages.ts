import type { FlowNode } from '../flow.ts'
import { packageOf } from '../package-name.ts'
import { codeOf } from './code-of.ts'

/**
 * Names of the packages that a flow's code imports, in order; also those that only types are taken from, which leave
 * nothing in what the compiler makes of the code.
 */
export function namedPackages({ nodes }: { nodes: readonly FlowNode[] }): string[] {
  const names = nodes.flatMap((node) =>
    [...(codeOf(node) ?? '').matchAll(/\b(?:from|import)\s*\(?\s*(['"])([^'"\n]+)\1/g)].flatMap(
      ([, , specifier = '']) => packageOf(specifier) ?? [],
    ),
  )
  return [...new Set(names)].toSorted()
}
