import { expect, test } from 'vitest'
import { routes } from '#shared/api.ts'
import { addresses } from './addresses.ts'
import { routeUrl } from './client.ts'

test('names go into the path encoded, and what was not given stays out of the query', () => {
  expect(routeUrl('getSample', { id: 'flow_1', stepId: 'a/b c' })).toBe('/api/v1/flows/flow_1/samples/a%2Fb%20c')
  expect(routeUrl('listRuns', {}, { q: 'Nimbus & Söhne', status: undefined, cursor: '', limit: 20 })).toBe(
    '/api/v1/runs?q=Nimbus+%26+S%C3%B6hne&limit=20',
  )
})

test('every route of the API is called where the API says', () => {
  const said = Object.entries(routes).map(([name, { method, path }]) => [name, `${method} ${path}`])
  expect(addresses).toEqual(Object.fromEntries(said))
})
