import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CodeCrash, createCodeCrash } from '../testing/code-crash.ts'

let crash: CodeCrash

beforeAll(async () => {
  crash = await createCodeCrash()
})
afterAll(() => crash.stop())

/** With and without durable steps of its own. */
test.each([
  ['', '', 'await fetch(url)'],
  [', beside steps', ', step', "await step.run('call ' + url, () => fetch(url).then(() => null))"],
])('kill -9 after a change of state repeats neither the change nor what is done once%s', async (_, more, call) => {
  const code = `export default async ({ state, once, metric${more} }) => {
    const visit = async (url) => { ${call} }
    const { value, version } = await state.get('total')
    await state.set('total', (value ?? 0) + 1, { ifVersion: version })
    metric('visits', 1)
    await visit('http://l/1')
    const first = await once('first', async () => { await fetch('http://l/once'); return 'done' })
    await visit('http://l/2')
    const after = await state.get('total')
    await state.set('total', after.value + 10)
    await visit('http://l/3')
    return [first, (await state.get('total')).value]
  }`
  for (const nth of [1, 2]) {
    await crash.database.pool.query('truncate engine.flow_state, engine.once_keys')
    const runId = await crash.killedIn(code, nth)
    expect(await crash.it.ended(runId)).toMatchObject({ status: 'succeeded', output: ['done', 11] })
    expect((await crash.ledgerOf())['http://l/once']).toBe(nth === 2 ? 2 : 1)
    const { rows } = await crash.database.pool.query('select version, value from engine.flow_state')
    expect(rows).toEqual([{ version: 2, value: '11' }])
    const { rows: counted } = await crash.database.pool.query('select sum(value) as sum from engine.metrics where run_id = $1', [
      runId,
    ])
    expect(counted).toEqual([{ sum: 1 }])
  }
})
