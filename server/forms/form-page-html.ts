import type { FieldProblem, FormField } from '#shared/form-field.ts'
import { html, type Html } from '#shared/pages/html.ts'
import { fieldHtml, nameOfField } from '#shared/pages/field-html.ts'
import { pageFrame, pagePolicy } from '../pages/page-frame.ts'
import { ownNames } from './read-form-post.ts'
import { frameOf, revealRules, revealStyle } from './reveal-style.ts'

/** A page that asks for something, whether it starts a run or a run waits for it. */
export interface AskingPage {
  title: string
  description: string
  button: string
  fields: readonly FormField[]
  /** What is in the fields. */
  values: { readonly [id: string]: unknown }
  /** The fields that the answers so far make visible. */
  shown: ReadonlySet<string>
  /** That the page is ours, where its address alone does not say so. */
  token?: string
  /** Why it is shown again, and what is wrong where. */
  again?: { message: string; problems: readonly FieldProblem[] }
  /** Where its answer may lead on to. */
  formTo?: string
}

export interface WebPage {
  body: string
  policy: string
}

/** The page of a form. It works without scripts, and has none. */
export function formPageHtml(page: AskingPage): WebPage {
  const { title, fields, values, again } = page
  const rules = revealRules(fields)
  const style = revealStyle(rules)
  const styles = style === undefined ? [] : [style]
  const problems = again?.problems ?? []
  const isOnPage = (field: FormField, index: number) => page.shown.has(field.id) || rules[index] !== undefined
  const seen = fields.filter(isOnPage).map(({ id }) => id)
  const isMultipart = fields.some(({ type }) => type === 'file')
  const body = html`<h1>${title}</h1>
    ${page.description !== '' && html`<p class="lead">${page.description}</p>`} ${again && summaryOf(again, fields)}
    <form method="post" accept-charset="utf-8" ${isMultipart && html`enctype="multipart/form-data"`}>
      ${page.token !== undefined && html`<input type="hidden" name="${ownNames.token}" value="${page.token}" />`}
      <input type="hidden" name="${ownNames.seen}" value="${seen.join(' ')}" />
      <div class="trap" aria-hidden="true">
        <label for="${ownNames.trap}">Leave this empty</label
        ><input id="${ownNames.trap}" name="${ownNames.trap}" tabindex="-1" autocomplete="off" />
      </div>
      ${fields.map((field, index) =>
        isOnPage(field, index) ? fieldOf(field, index, values[field.id], problems, rules[index] !== undefined) : null,
      )}
      <div class="buttons"><button class="main">${page.button}</button></div>
    </form>`
  return {
    body: pageFrame(again ? `Look again: ${title}` : title, body, styles),
    policy: pagePolicy({ styles, ...(page.formTo === undefined ? {} : { formTo: page.formTo }) }),
  }
}

function fieldOf(field: FormField, index: number, value: unknown, problems: readonly FieldProblem[], mayBeHidden: boolean) {
  if (field.type !== 'hidden') return fieldHtml(field, value, problems, { frame: frameOf(index), mayBeHidden })
  const text = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
  // Without anything in it the field is left to the server, which knows what it begins with.
  return text === undefined ? null : html`<input type="hidden" name="${nameOfField(field.id)}" value="${text}" />`
}

/** What is to be looked at again, at the top, each leading to its field. */
function summaryOf({ message, problems }: NonNullable<AskingPage['again']>, fields: readonly FormField[]): Html {
  const lines = problems.flatMap((problem) => {
    const field = fields.find(({ id }) => problem.path === `fields.${id}`)
    return field === undefined ? [] : [{ name: nameOfField(field.id), label: field.label || field.id, message: problem.message }]
  })
  return html`<div class="card bad summary" role="alert">
    <h2>${message}</h2>
    ${
      lines.length > 0 &&
      html`<ul>
        ${lines.map((line) => html`<li><a href="#${line.name}">${line.label}</a>: ${line.message}</li>`)}
      </ul>`
    }
  </div>`
}

/** A page that only says something. */
export function sayingPage(title: string, text: string, more: Html | null = null): WebPage {
  const body = html`<h1>${title}</h1>
    <p class="lead">${text}</p>
    ${more}`
  return { body: pageFrame(title, body), policy: pagePolicy() }
}
