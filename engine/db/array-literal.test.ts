import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { textArray } from './array-literal.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

test('texts of any length and kind come out of the database as they were put in', async () => {
  const odd = ['', 'null', 'NULL', '{}', ',', '"', '\\', '"\\', '\n\t', 'ü😀', ' a "b" \\c ', '{"a":"\\u0001"}']
  // Around where long ones begin to be taken piece by piece, also in the middle of a sign.
  const long = ['"\\😀', '😀"', 'x', '\\'].flatMap((text) =>
    [65_535, 65_536, 65_537, 200_001].map((n) => text.repeat(n).slice(0, n + 3)),
  )
  const sent = [...odd, ...long.map((text) => text.toWellFormed()), null]
  const { rows } = await database.pool.query<{ value: string | null }>('select unnest($1::text[]) as value', [textArray(sent)])
  expect(rows.map(({ value }) => value)).toEqual(sent)
})
