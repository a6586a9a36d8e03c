import type { Node } from 'acorn'

/** Every node below one, itself included, in no promised order. Without recursion: text may be nested beyond the stack. */
export function* nodesIn(root: Node): Generator<Node> {
  const left = [root]
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    yield node
    for (const child of childrenOf(node)) left.push(child)
  }
}

export function childrenOf(node: Node): Node[] {
  return Object.values(node).flat().filter(isNode)
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
