import { documentOf, output, webhook } from './document-of.ts'
import { called, gave } from './expect.ts'
import type { FlowKind } from './kind.ts'

const code = `export default async ({ input, step }) => {
  const tell = (name) => ({ idempotencyKey }) =>
    fetch(input.url.replace('STEP', name), { method: 'POST', headers: { 'Idempotency-Key': idempotencyKey }, body: '{}' }).then(async (reply) => {
      if (!reply.ok) throw new Error('refused')
      return (await reply.json()).said
    })
  const first = await step.run('first', tell('first'))
  const both = await Promise.all([step.run('left', tell('left'), { retry: { maxAttempts: 8, minDelayMs: 100, maxDelayMs: 500 } }), step.run('right', tell('right'), { retry: { maxAttempts: 8, minDelayMs: 100, maxDelayMs: 500 } })])
  await step.sleep('rest', '1500ms')
  await step.run('invite', ({ idempotencyKey }) =>
    fetch(input.url.replace('STEP', 'invite'), { method: 'POST', headers: { 'Idempotency-Key': idempotencyKey }, body: JSON.stringify({ url: step.callUrl('answer') }) }).then(() => null))
  const answer = await step.waitForCall('answer', { timeout: '10m' })
  const last = await step.run('last', tell('last'))
  return { first, both, said: answer.received ? answer.body.said : null, last }
}`

/** Durable steps inside code: in a row, side by side with refusals, a sleep, and a call that it waits for. */
export const codeSteps: FlowKind = {
  name: 'code-steps',
  weight: 2,
  document: (place) =>
    documentOf('Steps in code', webhook('code-steps'), {
      work: {
        type: 'code',
        after: ['trigger'],
        params: { code, inputs: { url: place.ledger('STEP') } },
        settings: { timeoutMs: 120_000 },
      },
      end: output(['work'], '{{ steps.work }}'),
    }),
  async drive(drive) {
    const answer = await drive.webhook({}, { key: true })
    const runId = answer.json['runId']
    if (typeof runId !== 'string') return
    const invited = await drive.untilCalled('invite')
    if (!invited) return
    const address = new URL((JSON.parse(invited.body) as { url: string }).url).pathname
    await drive.insist({ what: 'resume', runId, sent: drive.tag }, address, { method: 'POST', body: { said: drive.tag } })
  },
  judge: (seen) => [
    ...gave(seen, { first: 'yes', both: ['yes', 'yes'], said: seen.tag, last: 'yes' }),
    ...called(seen, ['first', 'left', 'right', 'invite', 'last']),
  ],
}
