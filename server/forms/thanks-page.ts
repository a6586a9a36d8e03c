import { isAppError } from '#shared/errors.ts'
import { ExpressionSyntaxError } from '#shared/expression/syntax-error.ts'
import { renderTemplate } from '#shared/expression/template.ts'
import type { Json } from '#shared/json.ts'
import { answersScope } from '#shared/read-answers.ts'
import { html } from '#shared/pages/html.ts'
import { sayingPage, type WebPage } from './form-page-html.ts'

interface Thanks {
  /** The author's words, with holes for answers. */
  words: string | undefined
  answers: { [id: string]: Json }
  /** The page was sent before. */
  isRepeat: boolean
  /** The flow is still being made. */
  isDraft: boolean
}

/** What is shown when a form was sent. */
export function thanksPage({ words, answers, isRepeat, isDraft }: Thanks): WebPage {
  const notes = [
    isRepeat && html`<p class="soft">This page was sent before; it counts once.</p>`,
    isDraft && html`<p class="soft">This flow is not published yet, so nothing runs: what you sent is its sample now.</p>`,
  ]
  return sayingPage('Thank you', wordsFor(words, answers), html`${notes}`)
}

function wordsFor(words: string | undefined, answers: Thanks['answers']): string {
  if (words === undefined || words.trim() === '') return 'We have got your answer.'
  try {
    const rendered: unknown = JSON.parse(renderTemplate(words, answersScope(answers, Date.now())))
    return typeof rendered === 'string' ? rendered : JSON.stringify(rendered)
  } catch (error) {
    // The answer is in; only the words for it can't be made, or aren't written to the end in a draft.
    if (isAppError(error) || error instanceof ExpressionSyntaxError) return 'We have got your answer.'
    throw error
  }
}
