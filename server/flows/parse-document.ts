import { AppError } from '#shared/errors.ts'
import { Flow, flowSchemaVersion } from '#shared/flow.ts'
import { isJsonObject } from '#shared/is-json-object.ts'

/** A flow document from outside; throws `invalid_document` with every place that is wrong. */
export function parseDocument(value: unknown): Flow {
  const schema = isJsonObject(value) ? value['schema'] : undefined
  if (typeof schema === 'number' && schema > flowSchemaVersion)
    throw new AppError(
      'invalid_document',
      `This flow was saved by a newer Holdfast (format ${schema}); this one reads formats up to ${flowSchemaVersion}.`,
    )
  const parsed = Flow.safeParse(value)
  if (parsed.success) return parsed.data
  throw new AppError('invalid_document', 'This is not a flow document Holdfast can keep.', {
    errors: parsed.error.issues.slice(0, 50).map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
  })
}

/** A document as it is kept in the database: written by us, so a failure is a defect. */
export function readDocument(text: string): Flow {
  return Flow.parse(JSON.parse(text))
}
