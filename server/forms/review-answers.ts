import { AppError } from '#shared/errors.ts'
import type { FieldProblem, FormField } from '#shared/form-field.ts'
import type { ReadAnswers } from '#shared/read-answers.ts'
import type { FormPost } from './read-form-post.ts'

/** Why a page is shown again. */
export interface Again {
  message: string
  problems: FieldProblem[]
  /** What goes into its fields. */
  given: { [id: string]: unknown }
}

/** What is still to be said after a page was sent; undefined when everything is there. */
export function reviewAnswers(fields: readonly FormField[], post: FormPost, read: ReadAnswers): Again | undefined {
  const { seen } = post
  // Not on the page that was sent: it has to be asked for before anything can be wrong with it.
  const isNew = (id: string) => seen !== undefined && read.shown.has(id) && !seen.has(id)
  const problems = read.problems.filter(({ path }) => !isNew(path.slice('fields.'.length)))
  const isMore = fields.some(({ id, type }) => type !== 'hidden' && isNew(id))
  if (problems.length === 0 && !isMore) return undefined
  const begun = Object.fromEntries(fields.flatMap((field) => (isNew(field.id) ? [[field.id, field.default]] : [])))
  // A browser sends the bytes, and has forgotten them when it shows the page again.
  for (const id of post.files.keys()) problems.push({ path: `fields.${id}`, message: 'Choose this file again.' })
  return {
    message:
      problems.length > 0
        ? 'Some answers need another look.'
        : 'There is a little more to fill in, because of what you answered.',
    problems,
    given: { ...begun, ...post.given },
  }
}

/** What a program is told that sent such answers, by the ids of the fields. */
export function refusalOf({ problems }: Again): AppError {
  const errors = problems.map(({ path, message }) => ({ path: path.slice('fields.'.length), message }))
  return new AppError('invalid_request', 'Some answers are missing or can’t be read.', { errors })
}
