import type { FlowNode } from '../flow.ts'
import { packageOf } from '../package-name.ts'
import { codeOf } from './code-of.ts'

/** With so little space between the words, a text of nothing but space is read once, not once from each place in it. */
const imported = /\b(?:from|import)\s{0,40}\(?\s{0,40}(['"])([^'"\n]+)\1/g

/**
 * Names of the packages that a flow's code imports, in order; also those that only types are taken from, which leave
 * nothing in what the compiler makes of the code.
 */
export function namedPackages({ nodes }: { nodes: readonly FlowNode[] }): string[] {
  const names = nodes.flatMap((node) =>
    [...(codeOf(node) ?? '').matchAll(imported)].flatMap(([, , specifier = '']) => packageOf(specifier) ?? []),
  )
  return [...new Set(names)].toSorted()
}
