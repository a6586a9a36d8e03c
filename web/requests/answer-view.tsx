import type { RequestAnswer } from '#shared/inbox-request.ts'
import { durationText } from '../words/duration-text.ts'
import { answerWords } from './answer-words.ts'

/** What the sender was told. */
export function AnswerView({ answer: { status, body, isCut, afterMs } }: { answer: RequestAnswer }) {
  return (
    <section aria-label="The answer it got">
      <h3 className="mb-1 text-label">The answer it got</h3>
      <p className="text-body">
        <span className="font-mono text-code">{status}</span> {answerWords(status)}
        {afterMs !== null && <span className="text-muted"> after {durationText(afterMs)}</span>}
      </p>
      {body !== null && body !== '' && (
        <pre className="mt-1 max-h-40 overflow-auto rounded-field bg-sunken p-2 font-mono text-code wrap-anywhere whitespace-pre-wrap">
          {body}
          {isCut && '…'}
        </pre>
      )}
    </section>
  )
}
