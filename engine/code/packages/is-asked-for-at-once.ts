import { parse, type Node } from 'acorn'
import { childrenOf, isNode } from '../syntax-tree.ts'

/** What is only done under a condition, later, or with a way out when it fails. */
const maybe =
  /Function|^(?:If|Switch|Try|While|DoWhile|For\w*)Statement$|^(?:Conditional|Logical)Expression$|^PropertyDefinition$/

/**
 * Whether a file calls `require` for something as soon as it is loaded, whatever happens: then it is of no use where
 * that isn't there. What it only may ask for is left to be seen when it does.
 */
export function isAskedForAtOnce(text: string, specifier: string): boolean {
  try {
    return asks(
      parse(text, { ecmaVersion: 'latest', sourceType: 'script', allowReturnOutsideFunction: true, allowHashBang: true }),
      specifier,
    )
  } catch {
    // Neither a plain script nor anything that could be told apart: it is taken at its word.
    return true
  }
}

function asks(node: Node, specifier: string): boolean {
  if (maybe.test(node.type)) return false
  if (node.type === 'CallExpression' && 'callee' in node && isNode(node.callee) && 'arguments' in node) {
    const isRequire = node.callee.type === 'Identifier' && 'name' in node.callee && node.callee.name === 'require'
    const [first]: unknown[] = Array.isArray(node.arguments) ? node.arguments : []
    if (isRequire && isNode(first) && 'value' in first && first.value === specifier) return true
  }
  return childrenOf(node).some((child) => asks(child, specifier))
}
