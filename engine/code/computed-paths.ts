import type { Node } from 'acorn'
import { isNode, nodesIn } from './syntax-tree.ts'

/** The part of a `require` or `import()` that is only worked out while the code runs. */
export interface ComputedPath {
  node: Node
  by: 'require' | 'import'
  /** The text it begins with, whatever follows, when that can be told for certain. */
  beginning: string | undefined
}

/**
 * What a text asks for by a path that is put together: `require('./locale/' + name)`. The compiler looks up every file
 * that could be meant, in the folder the path begins with.
 */
export function computedPaths(root: Node): ComputedPath[] {
  const found: ComputedPath[] = []
  for (const node of nodesIn(root)) {
    if (node.type === 'ImportExpression' && 'source' in node && isNode(node.source)) found.push(...within(node.source, 'import'))
    if (node.type !== 'CallExpression' || !('callee' in node) || !('arguments' in node)) continue
    const { callee } = node
    if (!isNode(callee) || callee.type !== 'Identifier' || !('name' in callee) || callee.name !== 'require') continue
    const [first]: unknown[] = Array.isArray(node.arguments) ? node.arguments : []
    if (isNode(first)) found.push(...within(first, 'require'))
  }
  return found
}

function within(node: Node, by: ComputedPath['by']): ComputedPath[] {
  // The compiler takes `require(a ? b : c)` for two calls.
  if (node.type === 'ConditionalExpression' && 'consequent' in node && 'alternate' in node)
    return [node.consequent, node.alternate].flatMap((branch) => (isNode(branch) ? within(branch, by) : []))
  if (node.type === 'TemplateLiteral' && 'expressions' in node && Array.isArray(node.expressions))
    return node.expressions.length === 0 ? [] : [{ node, by, beginning: beginningOfTemplate(node, node.expressions[0]) }]
  if (node.type === 'BinaryExpression') return [{ node, by, beginning: beginningOfSum(node) }]
  return []
}

function beginningOfTemplate(node: Node, first: unknown): string | undefined {
  if (!isNode(first) || !isOnlyKnownLater(first) || !('quasis' in node) || !Array.isArray(node.quasis)) return undefined
  const [quasi]: unknown[] = node.quasis
  if (!isNode(quasi) || !('value' in quasi) || typeof quasi.value !== 'object' || quasi.value === null) return undefined
  return 'cooked' in quasi.value && typeof quasi.value.cooked === 'string' ? quasi.value.cooked : undefined
}

/** Of `text + name + …` only: the compiler joins what is constant, and may find more to be so than is looked for here. */
function beginningOfSum(node: Node): string | undefined {
  let sum = node
  for (;;) {
    if (sum.type !== 'BinaryExpression' || !('left' in sum) || !('right' in sum) || !isNode(sum.left) || !isNode(sum.right))
      return undefined
    if (sum.left.type !== 'BinaryExpression') break
    sum = sum.left
  }
  const { left, right } = sum
  if (left.type !== 'Literal' || !('value' in left) || typeof left.value !== 'string') return undefined
  return isOnlyKnownLater(right) ? left.value : undefined
}

function isOnlyKnownLater(node: Node): boolean {
  return ['Identifier', 'MemberExpression', 'CallExpression'].includes(node.type)
}
