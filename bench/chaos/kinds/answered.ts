import { documentOf, output, webhook } from './document-of.ts'
import { gave } from './expect.ts'
import type { FlowKind } from './kind.ts'

const exact = '{"big":12345678901234567890,"a":1.50,"0":"zero last"}'

/** A webhook whose caller waits for the run's end; numbers and the order of names come back to the letter. */
export const answered: FlowKind = {
  name: 'answered',
  weight: 2,
  document: (place) =>
    documentOf('Answered', webhook('answered', 'whenFinished'), {
      price: {
        type: 'code',
        after: ['trigger'],
        params: { code: `export default async ({ trigger }) => ({ total: trigger.body.n * 6, version: ${place.version} })` },
      },
      end: output(['price'], { total: '{{ steps.price.total }}', exact: '{{ trigger.body.exact }}' }),
    }),
  async drive(drive) {
    await drive.webhook({ n: 7 }, { key: true, timeoutMs: 40_000, verbatim: `"exact":${exact}` })
  },
  judge(seen) {
    const wrong = gave(seen, { total: 42, exact: JSON.parse(exact) as unknown })
    if (!seen.outputText.includes(exact)) wrong.push(`its output lost the letter of ${exact}: ${seen.outputText}`)
    for (const told of seen.told) {
      if (told.what === 'start' && told.status === 200 && told.text !== seen.outputText)
        wrong.push(`the caller was told ${told.text}, and recorded is ${seen.outputText}`)
    }
    return wrong
  },
}
