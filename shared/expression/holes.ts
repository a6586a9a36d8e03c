import { parseTemplate } from './parse-template.ts'
import { ExpressionSyntaxError } from './syntax-error.ts'

/** Whether a text has a hole, be it one that can be read or not. */
export function hasHole(text: string): boolean {
  return text.includes('{{')
}

/** Whether a text is exactly one hole, be it one that can be read or not: then it stands for a value of any kind. */
export function isSingleHole(text: string): boolean {
  if (!text.startsWith('{{')) return false
  try {
    const { parts } = parseTemplate(text)
    return parts.length === 1 && parts[0]?.kind === 'hole'
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) return text.endsWith('}}')
    throw error
  }
}
