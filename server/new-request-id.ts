import { createOrderedIds } from '#engine/index.ts'

const nextId = createOrderedIds('request')

/** A fresh id of a request. Those of one millisecond sort in the order they came, too: so the inbox shows them. */
export function newRequestId(): ReturnType<typeof nextId> {
  return nextId(Date.now())
}
