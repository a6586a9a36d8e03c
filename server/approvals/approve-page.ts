import type { Approval, LinkedQuestion, Voter } from '#engine/index.ts'
import { mayDecide } from '#engine/index.ts'
import { fillIn, type FieldProblem } from '#shared/form-field.ts'
import type { Asker } from '../db/find-asker.ts'
import { fieldHtml } from '#shared/pages/field-html.ts'
import { html, type Html } from '#shared/pages/html.ts'
import { pageFrame } from '../pages/page-frame.ts'

export interface ApprovePage {
  token: string
  question: LinkedQuestion
  asker: Asker
  voter: Voter
  now: number
  /** What was wrong with an answer just sent, and what was in it. */
  refused?: { message: string; problems: readonly FieldProblem[]; fields: { [id: string]: unknown }; comment: string }
}

/** The page behind a link to a question. It works without scripts; looking at it changes nothing. */
export function approvePage(page: ApprovePage): { status: number; body: string } {
  const { question } = page
  const { approval } = question
  if (!approval) {
    const [title, text] = question.isAhead
      ? ['Not asked yet', 'The run has not come to this question. Open this link again later.']
      : ['No longer open', 'This question was never asked, or is kept no longer.']
    return {
      status: question.isAhead ? 200 : 410,
      body: pageFrame(
        title,
        html`<h1>${title}</h1>
          <p>${text}</p>`,
      ),
    }
  }
  const head = headOf(page, approval)
  if (approval.state === 'approved' || approval.state === 'rejected')
    return { status: 200, body: pageFrame(approval.title, html`${head}${answerOf(approval)}`) }
  const isOver = approval.state !== 'open' || !approval.isAlive || (approval.expiresAt !== null && approval.expiresAt <= page.now)
  if (isOver) return { status: 410, body: pageFrame(approval.title, html`${head}${endOf(approval)}`) }
  const who = mayDecide(approval, page.voter)
  if (!who.may)
    return {
      status: 403,
      body: pageFrame(
        approval.title,
        html`${head}
          <p class="card bad" role="alert">${who.why}</p>`,
      ),
    }
  if (approval.voters.includes(who.as) && page.refused === undefined) {
    const left = `${approval.approvals} of ${approval.required} who must approve have done so.`
    return {
      status: 200,
      body: pageFrame(
        approval.title,
        html`${head}
          <p class="card">Your answer was counted. ${left}</p>`,
      ),
    }
  }
  return { status: 200, body: pageFrame(approval.title, html`${head}${formOf(page, approval)}`) }
}

/** For a token that leads nowhere. */
export function noSuchQuestionPage(): string {
  const title = 'There is nothing here'
  return pageFrame(
    title,
    html`<h1>${title}</h1>
      <p>This link is not complete, or was never one of ours. Copy it again from where you got it.</p>`,
  )
}

function headOf({ asker }: ApprovePage, approval: Approval): Html {
  const from = [asker.workspace, asker.flow].filter((name) => name !== null && name !== '').join(' · ')
  const by = asker.person === null || asker.person === '' ? 'Asked' : `Asked by ${asker.person} ·`
  return html`<p class="soft">${from}</p>
    <h1>${approval.title}</h1>
    <p class="soft">
      ${by}
      ${timeHtml(approval.askedAt)}${
        approval.state === 'open' && approval.expiresAt !== null && html` · answer by ${timeHtml(approval.expiresAt)}`
      }
    </p>
    ${approval.message !== '' && html`<div class="card">${approval.message}</div>`}`
}

function formOf({ token, refused }: ApprovePage, approval: Approval): Html {
  const { values } = fillIn(approval.fields, {}, known(approval.filledIn))
  const problems = refused?.problems ?? []
  return html`${refused && html`<p class="card bad" role="alert">${refused.message}</p>`}
    <form method="post">
      <input type="hidden" name="token" value="${token}" />
      ${approval.fields.map((field) => fieldHtml(field, refused?.fields[field.id] ?? values[field.id], problems))}
      <div class="field">
        <label for="comment">Note (optional)</label
        ><textarea id="comment" name="comment" maxlength="10000">${refused?.comment}</textarea>
      </div>
      <div class="buttons">
        <button class="main" name="decision" value="approve">Approve</button
        ><button name="decision" value="reject" formnovalidate>Decline</button>
      </div>
    </form>
    <p class="soft">
      ${approval.required > 1 && html`${approval.approvals} of ${approval.required} who must approve have done so. `}${otherwise(approval)}
    </p>`
}

function otherwise({ expiresAt, onTimeout }: Approval): Html {
  if (expiresAt === null) return html`This stays open until somebody answers.`
  const then = { approve: 'it counts as approved', reject: 'it counts as declined', route: 'the flow goes on without an answer' }
  return html`If nobody answers by ${timeHtml(expiresAt)}, ${then[onTimeout]}.`
}

function answerOf({ state, decidedAt, decidedBy, comment }: Approval): Html {
  const who = decidedBy ?? 'Somebody with the link'
  return html`<p class="card">
    ${state === 'approved' ? 'Approved' : 'Declined'} by ${who},
    ${timeHtml(decidedAt ?? 0)}.${comment !== null && comment !== '' && html` ${comment}`}
  </p>`
}

function endOf({ state, expiresAt, onTimeout }: Approval): Html {
  const isLate = state === 'timeout' || (expiresAt !== null && state === 'open')
  if (!isLate) return html`<p class="card">This question is not open any more: the run does not need an answer.</p>`
  const then = {
    approve: 'It counts as approved.',
    reject: 'It counts as declined.',
    route: 'The flow went on without an answer.',
  }
  return html`<p class="card">Nobody answered in time. ${then[onTimeout]}</p>`
}

/** In the one time zone we know; a browser that can say it in its own reads it from the attribute. */
function timeHtml(ms: number): Html {
  const date = new Date(ms)
  const text = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
  }).format(date)
  return html`<time datetime="${date.toISOString()}">${text} UTC</time>`
}

function known(filledIn: { [id: string]: unknown }): Parameters<typeof fillIn>[2] {
  const json: Parameters<typeof fillIn>[2] = JSON.parse(JSON.stringify(filledIn))
  return json
}
