import { parse, type Node } from 'acorn'

/**
 * Whether compiled code may take `step` from its context: `{ step }`, `context.step`, `context['step']`. A variable of
 * that name alone is not it. Code that does is run with recorded time and chance, so it is told from other code here.
 */
export function usesStep(code: string): boolean {
  if (!code.includes('step')) return false
  return names(parse(code, { ecmaVersion: 'latest', sourceType: 'script' }), false)
}

function names(node: Node, isPattern: boolean): boolean {
  if (node.type === 'MemberExpression' && 'property' in node && isStep(node.property, isComputed(node))) return true
  if (isPattern && node.type === 'Property' && 'key' in node && isStep(node.key, isComputed(node))) return true
  const isInPattern = node.type === 'ObjectPattern'
  for (const child of Object.values(node).flat()) if (isNode(child) && names(child, isInPattern)) return true
  return false
}

function isStep(key: unknown, isComputed: boolean): boolean {
  if (!isNode(key)) return false
  return (!isComputed && 'name' in key && key.name === 'step') || ('value' in key && key.value === 'step')
}

function isComputed(node: Node): boolean {
  return 'computed' in node && node.computed === true
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
