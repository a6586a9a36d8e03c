import { call, documentOf, output } from './document-of.ts'
import { called, gave } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** A flow that e-mail starts: a mail is handed in again until somebody has taken it, as mail servers do, and makes one run. */
export const mailed: FlowKind = {
  name: 'mailed',
  mayPause: true,
  tagIs: '{{ trigger.body.subject }}',
  document: (place) =>
    documentOf(
      'Mailed',
      { type: 'email', params: { path: 'chaos-mailed' } },
      {
        work: call(place, 'work', ['trigger']),
        end: output(['work'], { text: '{{ trigger.body.text.trim() }}', attached: '{{ trigger.body.attachments[0].size }}' }),
      },
    ),
  drive: (drive) => drive.mail({ text: 'seven, please', attachment: 'x'.repeat(1000) }),
  judge: (seen) => [...gave(seen, { text: 'seven, please', attached: 1000 }), ...called(seen, ['work'])],
  judgeAll: (_all, told) =>
    told.filter(({ status }) => status >= 500).map((one) => `the mail ${one.tag} was refused for good: ${one.text}`),
}
