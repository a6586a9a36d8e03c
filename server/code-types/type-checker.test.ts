import { afterAll, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { createTypeChecker, type Question } from './type-checker.ts'

const checker = createTypeChecker({ log: createLog('silent') })
afterAll(() => checker.stop())

/** A flow of one step, that gives a number where it says it gives something else. */
const question = (workspaceId: string, key: string, gives = 'string', writer?: string): Question => ({
  workspaceId,
  key,
  writer,
  files: [{ path: 'steps/one.ts', text: `export default (): ${gives} => 1\n` }],
  checked: ['steps/one.ts'],
})
const wrong = { lost: [], problems: [expect.objectContaining({ code: 2322 })] }

test('a workspace with many flows doesn’t hold up another', async () => {
  const done: string[] = []
  const many = Array.from({ length: 10 }, (_, i) => checker.check(question('ws_a', `flow_${i}`)).then(() => done.push('a')))
  expect(await checker.check(question('ws_b', 'flow_b'))).toEqual(wrong)
  expect(done).toEqual(['a'])
  await Promise.all(many)
})

test('only the newest text that somebody writes of a flow waits; what was asked for good is answered all the same', async () => {
  const [atWork, forGood, old, older, newest, again, another, ofBob] = await Promise.all([
    checker.check(question('ws_a', 'flow_first')),
    checker.check(question('ws_a', 'flow_a', 'boolean')),
    checker.check(question('ws_a', 'flow_a', 'string', 'ada')),
    checker.check(question('ws_a', 'flow_a', 'object', 'ada')),
    checker.check(question('ws_a', 'flow_a', 'number', 'ada')),
    checker.check(question('ws_a', 'flow_a', 'number', 'ada')),
    checker.check(question('ws_a', 'flow_other', 'string', 'ada')),
    checker.check(question('ws_a', 'flow_a', 'bigint', 'bob')),
  ])
  expect([atWork, forGood, another, ofBob]).toEqual([wrong, wrong, wrong, wrong])
  expect([old, older]).toEqual([{ unanswered: 'replaced' }, { unanswered: 'replaced' }])
  expect([newest, again]).toEqual([
    { problems: [], lost: [] },
    { problems: [], lost: [] },
  ])
  expect(again).toBe(newest)
})

test('a text that is being looked at already is looked at to the end', async () => {
  const [begun, newer] = await Promise.all([
    checker.check(question('ws_a', 'flow_a', 'string', 'ada')),
    checker.check(question('ws_a', 'flow_a', 'number', 'ada')),
  ])
  expect(begun).toEqual(wrong)
  expect(newer).toEqual({ problems: [], lost: [] })
})
