import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '#shared/json.ts'
import { AppError } from '#shared/errors.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, signingKey, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'
import { approvalToken } from './approval-token.ts'
import type { Voter } from './may-decide.ts'

let database: TestDatabase
let it: TestEngine
const reminders: string[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database, {
    findMembers: async (_workspaceId, names) =>
      new Map(names.flatMap((name) => (name === 'user_ada' || name === 'ada@example.com' ? [[name, 'user_ada']] : []))),
    onReminder: ({ runId }) => reminders.push(runId),
  })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

const hourMs = 3_600_000
const ask = (params: { [name: string]: Json } = {}) =>
  flowOf({
    ask: { type: 'approval', params: { title: 'Ship {{ trigger.body.n }}?', ...params }, after: ['trigger'] },
    yes: { type: 'set', params: { values: { said: 'yes', answer: '{{ steps.ask }}' } }, after: ['ask:approved'] },
    no: { type: 'set', params: { values: { said: 'no', answer: '{{ steps.ask }}' } }, after: ['ask:rejected'] },
    late: { type: 'set', params: { values: { said: 'late', answer: '{{ steps.ask }}' } }, after: ['ask:timeout'] },
  })

const person = (id: string | null, hasLink = false): Voter => ({ id, name: id, names: id === null ? [] : [id], hasLink })
const anybody = person(null, true)

function vote(
  runId: string,
  voter: Voter,
  decision: 'approved' | 'rejected' = 'approved',
  more: { comment?: string; fields?: { [id: string]: unknown }; path?: string } = {},
) {
  const { comment = null, fields = {}, path = 'ask' } = more
  return it.engine.decideApproval({ workspaceId: testWorkspace, runId, path }, { voter, decision, comment, fields })
}
/** Starts a run and gives its id once it asks. */
async function asking(params: { [name: string]: Json } = {}, start: { startedBy?: string } = {}): Promise<string> {
  const { runId } = await it.start(ask(params), start)
  await it.until(runId, (run) => run.waits.some(({ kind }) => kind === 'approval'))
  return runId
}
const outcomeOf = (voted: Promise<string>) => voted.catch((error: unknown) => (error instanceof AppError ? error.code : 'broken'))
const find = async (runId: string) => (await it.engine.findApprovalByToken(approvalToken([signingKey], runId, 'ask')))?.approval

describe('a question', () => {
  test('is asked with its words, and waits with its link and deadline', async () => {
    const runId = await asking({ message: 'It is {{ trigger.body.n + 1 }}.', timeout: '2h' })
    const [wait] = (await it.engine.getRun(testWorkspace, runId))?.waits ?? []
    expect(wait).toMatchObject({ path: 'ask', kind: 'approval', name: 'Ship 1?' })
    expect(wait?.url).toContain('http://hooks.test/approve/run_')
    expect(Date.parse(String(wait?.expiresAt)) - Date.parse(String(wait?.since))).toBeGreaterThan(hourMs)
    expect(await find(runId)).toMatchObject({ title: 'Ship 1?', message: 'It is 2.', state: 'open', isAlive: true })
    const { items } = await it.engine.listApprovals({ workspaceId: testWorkspace, state: 'open', limit: 50 })
    expect(items.map((one) => one.runId)).toContain(runId)
  })

  test('approved goes on there, with who, when and what they said', async () => {
    const runId = await asking()
    expect(await vote(runId, person('bob@example.com', true), 'approved', { comment: 'fine' })).toBe('decided')
    expect(await it.ended(runId)).toMatchObject({
      status: 'succeeded',
      output: { said: 'yes', answer: { decision: 'approved', by: 'bob@example.com', comment: 'fine', fields: {} } },
    })
    await expect(vote(runId, anybody)).rejects.toMatchObject({
      code: 'already_settled',
      message: /bob@example.com answered at 20/,
    })
  })

  test('declined goes on there', async () => {
    const runId = await asking()
    await vote(runId, anybody, 'rejected')
    expect(await it.ended(runId)).toMatchObject({ output: { said: 'no', answer: { decision: 'rejected', by: null } } })
  })

  test('answered twice at once is answered once: one of them is told who was first', async () => {
    for (let n = 0; n < 8; n++) {
      const runId = await asking()
      const outcomes = await Promise.all([
        outcomeOf(vote(runId, person('a@example.com', true))),
        outcomeOf(vote(runId, person('b@example.com', true), 'rejected')),
        outcomeOf(vote(runId, person('a@example.com', true))),
      ])
      expect(outcomes.toSorted()).toEqual(['already_settled', 'already_settled', 'decided'])
      const { output } = await it.ended(runId)
      expect(output).toMatchObject({ said: outcomes[1] === 'decided' ? 'no' : 'yes' })
    }
  })

  test('nobody answers leaves by its timeout exit, and fails without a line for that', async () => {
    const runId = await asking({ timeout: '2h' })
    const bare = await it.start(
      flowOf({ ask: { type: 'approval', params: { title: 'Well?', timeout: '2h' }, after: ['trigger'] } }),
    )
    await it.until(bare.runId, (run) => run.waits.length === 1)
    it.clock.advance(2 * hourMs)
    expect(await it.ended(runId)).toMatchObject({ output: { said: 'late', answer: { decision: 'timeout', by: null } } })
    expect(await it.ended(bare.runId)).toMatchObject({ status: 'failed', error: { code: 'wait_timed_out' } })
    await expect(vote(runId, anybody)).rejects.toMatchObject({ code: 'expired' })
  })

  test('can count as approved or declined when nobody answers', async () => {
    const fields = [{ id: 'discount', label: 'Discount', type: 'number', default: 12 }]
    const yes = await asking({ timeout: '2h', onTimeout: 'approve', fields })
    const no = await asking({ timeout: '2h', onTimeout: 'reject' })
    it.clock.advance(2 * hourMs)
    expect(await it.ended(yes)).toMatchObject({
      output: { said: 'yes', answer: { decision: 'approved', by: null, fields: { discount: 12 } } },
    })
    expect(await it.ended(no)).toMatchObject({ output: { said: 'no', answer: { decision: 'rejected' } } })
    expect(await find(no)).toMatchObject({ state: 'timeout' })
  })

  test('racing its deadline is settled by exactly one of them', async () => {
    const runs = await Promise.all(Array.from({ length: 10 }, () => asking({ timeout: '2h' })))
    it.clock.advance(2 * hourMs - 30)
    const outcomes = await Promise.all(runs.map((runId) => outcomeOf(vote(runId, anybody))))
    it.clock.advance(hourMs)
    for (const [index, runId] of runs.entries())
      expect((await it.ended(runId)).output).toMatchObject({ said: outcomes[index] === 'decided' ? 'yes' : 'late' })
  })

  test('reminds once, and goes on waiting', async () => {
    const runId = await asking({ reminder: '1h', timeout: '3h' })
    it.clock.advance(hourMs)
    await waitFor('the reminder', () => reminders.includes(runId) || undefined)
    await it.until(runId, (run) => run.status === 'waiting')
    it.clock.advance(hourMs)
    expect(reminders.filter((one) => one === runId)).toHaveLength(1)
    await vote(runId, anybody)
    expect(await it.ended(runId)).toMatchObject({ output: { said: 'yes' } })
    const { rows } = await database.pool.query('select kind from engine.events where run_id = $1 and kind = $2', [
      runId,
      'step.reminded',
    ])
    expect(rows).toHaveLength(1)
  })

  test('of a run that was cancelled is not open any more', async () => {
    const runId = await asking()
    await it.engine.cancelRun(testWorkspace, runId, 'user_1', 'now')
    await it.ended(runId)
    expect(await find(runId)).toMatchObject({ state: 'closed', isAlive: false })
    await expect(vote(runId, anybody)).rejects.toMatchObject({ code: 'expired' })
  })

  test('that lost a race is closed', async () => {
    const { runId } = await it.start(
      flowOf({
        ask: { type: 'approval', params: { title: 'Well?' }, after: ['trigger'] },
        sleep: { type: 'delay', params: { for: '1h' }, after: ['trigger'] },
        first: { type: 'set', params: { values: {} }, join: 'any', cancelRest: true, after: ['ask:approved', 'sleep'] },
        hold: { type: 'waitForCall', params: {}, after: ['first'] },
      }),
    )
    await it.until(runId, (run) => run.waits.length === 2)
    it.clock.advance(hourMs)
    await it.until(runId, (run) => run.waits[0]?.kind === 'call')
    expect(await find(runId)).toMatchObject({ state: 'closed', isAlive: true })
    await expect(vote(runId, anybody)).rejects.toMatchObject({ code: 'expired' })
  })

  test('of a run that failed elsewhere is closed to all, and open again once the run is retried', async () => {
    let isBroken = true
    const apart = await createTestDatabase()
    const flaky = createTestEngine(apart, {
      runAction: async () => {
        if (isBroken) throw new AppError('action_failed', 'not now')
        return '1'
      },
    })
    await flaky.engine.start()
    const { runId } = await flaky.start(
      flowOf({
        ask: { type: 'approval', params: { title: 'Well?' }, after: ['trigger'] },
        sleep: { type: 'delay', params: { for: '1h' }, after: ['trigger'] },
        act: { type: 'test.act', retry: { maxAttempts: 1 }, after: ['sleep'] },
      }),
    )
    await flaky.until(runId, (run) => run.waits.length === 2)
    flaky.clock.advance(hourMs)
    await flaky.ended(runId)
    const answer = { voter: anybody, decision: 'approved' as const, comment: null, fields: {} }
    const place = { workspaceId: testWorkspace, runId, path: 'ask' }
    await expect(flaky.engine.decideApproval(place, answer)).rejects.toMatchObject({ code: 'expired' })
    isBroken = false
    await flaky.engine.retryRun(testWorkspace, runId, 'user_1')
    await flaky.until(runId, (run) => run.status === 'waiting')
    expect(await flaky.engine.decideApproval(place, answer)).toBe('decided')
    await flaky.until(runId, (run) => run.status === 'succeeded')
    await flaky.engine.stop(1000)
    await apart.drop()
  })

  test('in a loop is asked for each item, and each has a link of its own', async () => {
    const { runId } = await it.start(
      flowOf({
        each: { type: 'forEach', params: { items: [1, 2, 3], concurrency: 3 }, after: ['trigger'] },
        ask: { type: 'approval', params: { title: 'Item {{ item }}?' }, after: [], parent: 'each' },
      }),
    )
    await it.until(runId, (run) => run.waits.length === 3)
    await vote(runId, anybody, 'rejected', { path: 'each[1]/ask' })
    await vote(runId, anybody, 'approved', { path: 'each[0]/ask' })
    await vote(runId, anybody, 'approved', { path: 'each[2]/ask' })
    expect((await it.ended(runId)).output).toMatchObject([
      { decision: 'approved' },
      { decision: 'rejected' },
      { decision: 'approved' },
    ])
  })
})

describe('who may answer', () => {
  test('are those who are named, members also by their e-mail address, each once', async () => {
    const runId = await asking({ approvers: ['ada@example.com', 'Bob@Example.com', 'cy@example.com'], required: 2 })
    expect(await find(runId)).toMatchObject({ approvers: ['user_ada', 'bob@example.com', 'cy@example.com'], required: 2 })
    expect(await outcomeOf(vote(runId, person('user_eve')))).toBe('forbidden')
    expect(await vote(runId, { ...person('user_ada'), names: ['user_ada', 'ada@example.com'] })).toBe('counted')
    expect(await outcomeOf(vote(runId, { ...person('ada@example.com', true), names: ['user_ada'] }))).toBe('already_settled')
    expect((await it.engine.getRun(testWorkspace, runId))?.status).toBe('waiting')
    expect(await vote(runId, person('bob@example.com', true))).toBe('decided')
    expect(await it.ended(runId)).toMatchObject({ output: { said: 'yes', answer: { by: 'bob@example.com' } } })
  })

  test('may be many at once: n approvals approve', async () => {
    const approvers = Array.from({ length: 6 }, (_, n) => `p${n}@example.com`)
    const runId = await asking({ approvers, required: 5 })
    const outcomes = await Promise.all(approvers.map((name) => outcomeOf(vote(runId, person(name, true)))))
    expect(outcomes.toSorted()).toEqual(['already_settled', 'counted', 'counted', 'counted', 'counted', 'decided'])
    expect(await it.ended(runId)).toMatchObject({ output: { said: 'yes' } })
  })

  test('may decline for all', async () => {
    const runId = await asking({ approvers: ['a@example.com', 'b@example.com', 'c@example.com'], required: 3 })
    await vote(runId, person('a@example.com', true))
    expect(await vote(runId, person('b@example.com', true), 'rejected')).toBe('decided')
    expect(await it.ended(runId)).toMatchObject({ output: { said: 'no' } })
  })

  test('are together one voice when nothing but the link is known of them', async () => {
    const runId = await asking({ approvers: ['a@example.com', 'b@example.com'], required: 2 })
    expect(await vote(runId, anybody)).toBe('counted')
    expect(await outcomeOf(vote(runId, person('somebody@example.com', true)))).toBe('already_settled')
    expect(await vote(runId, person('a@example.com', true))).toBe('decided')
  })

  test('is not whoever started the run, if the step says so', async () => {
    const runId = await asking({ excludeRequester: true }, { startedBy: 'user_ada' })
    expect(await outcomeOf(vote(runId, person('user_ada')))).toBe('forbidden')
    expect(await outcomeOf(vote(runId, anybody))).toBe('forbidden')
    expect(await vote(runId, person('user_bob'))).toBe('decided')
    const byEvent = await asking({ excludeRequester: true }, { startedBy: 'event:evt_1' })
    expect(await vote(byEvent, anybody)).toBe('decided')
  })

  test.each([
    [{ approvers: ['user_nobody'] }, /no member "user_nobody"/],
    [{ approvers: ['not an address'] }, /neither an e-mail address nor a member/],
    [{ approvers: ['{{ trigger.body.nothing }}'] }, /nobody is named/],
    [{ approvers: ['a@example.com'], required: 2 }, /2 people must approve, but only 1/],
    [{ title: '{{ trigger.body.nothing }}' }, /the question is empty/],
    [{ timeout: '-5m' }, /is not a length of time/],
  ])('that can’t be anybody, as in %j, fails the step by name', async (params, message) => {
    const { runId } = await it.start(ask(params))
    expect(await it.ended(runId)).toMatchObject({
      error: { code: 'invalid_input', path: 'ask', message: expect.stringMatching(message) },
    })
  })
})

describe('an answer that came before its question', () => {
  const early = flowOf({
    sleep: { type: 'delay', params: { for: '1h' }, after: ['trigger'] },
    ask: {
      type: 'approval',
      params: { title: 'Well?', approvers: ['a@example.com', 'b@example.com'], required: 2 },
      after: ['sleep'],
    },
  })

  test('is kept for it, once for each person, and counted when it is asked', async () => {
    const { runId } = await it.start(early)
    await it.until(runId, (run) => run.status === 'waiting')
    expect(await vote(runId, person('a@example.com', true))).toBe('kept')
    expect(await outcomeOf(vote(runId, person('a@example.com', true)))).toBe('already_settled')
    expect(await vote(runId, person('eve@example.com'))).toBe('kept')
    it.clock.advance(hourMs)
    await waitFor('the early vote to count', async () => (await find(runId))?.approvals === 1 || undefined)
    expect((await it.engine.getRun(testWorkspace, runId))?.status).toBe('waiting')
    expect(await vote(runId, person('b@example.com', true))).toBe('decided')
    expect(await it.ended(runId)).toMatchObject({ output: { decision: 'approved' } })
  })

  test('can decide it', async () => {
    const { runId } = await it.start(early)
    await it.until(runId, (run) => run.status === 'waiting')
    await vote(runId, person('b@example.com', true), 'rejected')
    it.clock.advance(hourMs)
    expect(await it.ended(runId)).toMatchObject({ output: { decision: 'rejected', by: 'b@example.com' } })
  })
})

describe('what may be filled in', () => {
  const fields = [
    { id: 'discount', label: 'Discount', type: 'number', required: true, default: '{{ trigger.body.n }}' },
    { id: 'size', label: 'Size', type: 'choice', options: ['s', 'm'] },
  ]

  test('comes with the answer, as its kind is', async () => {
    const runId = await asking({ fields })
    await vote(runId, anybody, 'approved', { fields: { size: 'm', other: 1 } })
    expect(await it.ended(runId)).toMatchObject({ output: { answer: { fields: { discount: 1, size: 'm' } } } })
  })

  test('is refused when it is not right, and nothing is decided', async () => {
    const runId = await asking({ fields })
    await expect(vote(runId, anybody, 'approved', { fields: { discount: 'much', size: 'xl' } })).rejects.toMatchObject({
      code: 'invalid_request',
      facts: { errors: [{ path: 'fields.discount' }, { path: 'fields.size' }] },
    })
    expect(await vote(runId, anybody, 'rejected', { fields: { discount: 'much' } })).toBe('decided')
  })
})

test('its link is under the address people see, also where calls come in at another', async () => {
  const apart = createTestEngine(database, { publicUrl: 'http://people.test' })
  const { runId } = await it.start(
    flowOf({
      links: { type: 'set', params: { values: { ask: "{{ run.approvalUrl('ask') }}" } }, after: ['trigger'] },
      ask: { type: 'approval', params: { title: 'Well?' }, after: ['links'] },
    }),
  )
  await it.until(runId, (run) => run.waits.length === 1)
  const shown = await apart.engine.getRun(testWorkspace, runId)
  expect(shown?.waits[0]?.url).toMatch(/^http:\/\/people\.test\/approve\/run_/)
})

test('a token is its question’s alone', async () => {
  const runId = await asking()
  const token = approvalToken([signingKey], runId, 'ask', 'Ada@Example.com')
  expect(await it.engine.findApprovalByToken(token)).toMatchObject({ approver: 'ada@example.com', path: 'ask' })
  expect(await it.engine.findApprovalByToken(`${token}x`)).toBeUndefined()
  expect(await it.engine.findApprovalByToken(token.replace('ada', 'eve'))).toBeUndefined()
  expect(await it.engine.findApprovalByToken(approvalToken([signingKey], runId, 'yes'))).toBeUndefined()
  expect(await it.engine.resume(token, { method: 'POST', headers: {}, query: {}, body: '1' })).toBe('not_found')
})
