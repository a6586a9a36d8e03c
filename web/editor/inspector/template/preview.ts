import { isAppError } from '#shared/errors.ts'
import type { ExpressionScope } from '#shared/expression/scope.ts'
import { renderTemplate } from '#shared/expression/template.ts'
import type { Json } from '#shared/json.ts'
import { isHole, segmentsOf } from './template-segments.ts'

export type Preview = { kind: 'value'; value: Json } | { kind: 'problem'; message: string }

// Far less than a run may use: a preview that is slow is no preview. About 10 ms.
const previewLimits = { steps: 200_000, size: 256 * 1024 }

/**
 * Works out texts on one set of samples. Each hole is evaluated once: a sample can be megabytes, and the letters typed
 * between two holes change neither.
 */
export function previewer(scope: ExpressionScope): (text: string) => Preview | undefined {
  const known = new Map<string, Preview>()
  const once = (template: string): Preview => {
    const preview = known.get(template) ?? previewOf(template, scope)
    known.set(template, preview)
    return preview
  }
  return (text) => {
    const segments = segmentsOf(text)
    const holes = segments.filter(isHole)
    if (holes.length === 0) return undefined
    if (segments.length === 1) return once(text)
    let whole = ''
    for (const segment of segments) {
      const own = text.slice(segment.start, segment.end)
      // Beside text a hole becomes text; the letter before it sees to that, and is taken off again.
      const part = isHole(segment) ? once(`.${own}`) : { kind: 'value' as const, value: `.${own}` }
      if (part.kind === 'problem') return part
      whole += typeof part.value === 'string' ? part.value.slice(1) : ''
    }
    return { kind: 'value', value: whole }
  }
}

function previewOf(template: string, scope: ExpressionScope): Preview {
  try {
    return { kind: 'value', value: JSON.parse(renderTemplate(template, scope, previewLimits)) }
  } catch (error) {
    const isTheirs = isAppError(error) || (error instanceof Error && error.name === 'ExpressionSyntaxError')
    if (isTheirs) return { kind: 'problem', message: error.message }
    throw error
  }
}
