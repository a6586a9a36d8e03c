import { z } from 'zod'
import type { Route } from '#shared/api.ts'
import { elementsOf, sliceJson } from '#shared/json-text.ts'
import type { JsonText } from '#shared/json.ts'
import { type ApiClient, ApiRefusal } from './api-client.ts'

/** Everything in a list of the workspace, to the letter; nothing for a key that may not read it. */
export async function listAll(client: ApiClient, route: Route): Promise<JsonText[]> {
  const items: JsonText[] = []
  for (let cursor: string | undefined; cursor !== '';) {
    const query = { limit: '200', ...(cursor === undefined ? {} : { cursor }) }
    const page = await client.text(route, { query }).catch((error: unknown) => {
      if (error instanceof ApiRefusal && error.problem.code === 'forbidden') return '{}'
      throw error
    })
    items.push(...elementsOf(sliceJson(page, ['items']) ?? '[]'))
    cursor = z
      .string()
      .catch('')
      .parse(JSON.parse(sliceJson(page, ['nextCursor']) ?? 'null'))
  }
  return items
}
