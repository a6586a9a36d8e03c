/** The `{{ }}` language as others use it: reading, rendering, and finding and renaming what is named. */
export { parseTemplate, templatePieces, type Hole, type Template, type TemplatePiece } from './parse-template.ts'
export { references, renameReferences, type Reference, type References } from './references.ts'
export { evaluateCondition, renderParams, renderTemplate } from './render.ts'
export type { ExpressionLimits } from './budget.ts'
export { ExpressionSyntaxError } from './syntax-error.ts'
export type { DataPath } from './ast.ts'
