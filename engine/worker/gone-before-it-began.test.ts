import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let database: TestDatabase
let it: TestEngine

beforeAll(async () => {
  database = await createTestDatabase()
  // As if the database had been away for a whole lease between a worker's entry and its first beat.
  await database.pool.query(
    `create table engine.stillborn (left_over int not null);
     insert into engine.stillborn values (2);
     create function engine.declare_gone() returns trigger language plpgsql as $$
     begin
       update engine.stillborn set left_over = left_over - 1 where left_over > 0;
       if found then new.state := 'gone'; end if;
       return new;
     end $$;
     create trigger stillborn before insert on engine.workers for each row execute function engine.declare_gone()`,
  )
  it = createTestEngine(database, { leaseMs: 1500 })
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

const flow = flowOf({ a: { params: { n: '{{ trigger.body.n }}' }, after: ['trigger'] } })

const living = async () => (await database.pool.query("select from engine.workers where state = 'live'")).rowCount

test('a worker that is declared gone before its heart has beaten begins again under another name', async () => {
  await it.engine.start()
  expect(await living()).toBe(1)
  const { runId } = await it.start(flow)
  expect(await it.ended(runId)).toMatchObject({ status: 'succeeded' })
})

test('one that begins again after it was declared gone can be declared gone once more before its heart has beaten', async () => {
  await database.pool.query('update engine.stillborn set left_over = 2')
  await database.pool.query("update engine.workers set state = 'gone'")
  await waitFor('the worker to begin again', async () => ((await living()) === 1 ? true : undefined))
  const { runId } = await it.start(flow)
  expect(await it.ended(runId)).toMatchObject({ status: 'succeeded' })
})

test('one that can’t enter itself again at once, as when the database is away, tries on', async () => {
  await database.pool.query(
    `create sequence engine.refusals;
     create function engine.refuse() returns trigger language plpgsql as $$
     begin
       if nextval('engine.refusals') <= 2 then raise exception 'the database system is starting up'; end if;
       return new;
     end $$;
     create trigger refuse before insert on engine.workers for each row execute function engine.refuse()`,
  )
  await database.pool.query("update engine.workers set state = 'gone'")
  await waitFor('the worker to begin again', async () => ((await living()) === 1 ? true : undefined))
  const { runId } = await it.start(flow)
  expect(await it.ended(runId)).toMatchObject({ status: 'succeeded' })
})
