import type { FlowDetail } from '#shared/api.ts'

type Kind = FlowDetail['endpoints'][number]['kind']

interface NothingWords {
  title: string
  text: string
}

const awaited: { [kind in Kind]: NothingWords } = {
  webhook: {
    title: 'Waiting for the first request',
    text: 'Send anything to its address. Requests are kept even while the flow is off.',
  },
  email: {
    title: 'Waiting for the first e-mail',
    text: 'Write to its address. E-mails are kept even while the flow is off.',
  },
  form: { title: 'Waiting for the first answer', text: 'Fill in its form. Each one that is sent in stands here.' },
}

/** What an empty inbox says: how something gets in, by what the flow listens for. */
export function nothingCame(kinds: readonly Kind[]): NothingWords {
  const kind = (['webhook', 'email', 'form'] as const).find((each) => kinds.includes(each))
  if (kind !== undefined) return awaited[kind]
  return { title: 'Nothing is kept', text: 'What would start a run while the flow is paused is kept here until it goes on.' }
}
