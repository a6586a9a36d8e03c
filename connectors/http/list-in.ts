import { createHash } from 'node:crypto'
import { AppError } from '#shared/errors.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { JsonText } from '#shared/json.ts'
import { elementsOf, sliceJson } from '#shared/json-text.ts'

const mostNames = 20

/** The items of the list at a place such as `data.orders` in an answer, each as it was written. */
export function listIn(answer: JsonText, place: string): JsonText[] {
  const list = place === '' ? onlyListIn(answer) : sliceJson(answer, pathOf(place))
  if (list?.trimStart().startsWith('[')) return elementsOf(list.trimStart())
  throw new AppError(
    'action_failed',
    `${list === undefined ? 'There is nothing' : 'There is no list'} at ${whereIn(answer, place)}`,
  )
}

/**
 * What an item is known by: its field of that name, its `id` when none is named, or everything in it. A text and a number
 * are what they are; of anything else it is how it is written.
 */
export function keyOf(item: JsonText, field: string): string {
  const text = sliceJson(item, field === '' ? ['id'] : pathOf(field))
  if (text === undefined || text === 'null') {
    if (field === '') return createHash('sha256').update(item).digest('base64url')
    throw new AppError('action_failed', `An item of the list has no "${field}". Choose a field that all of them have.`)
  }
  return text.startsWith('"') ? String(JSON.parse(text)) : text
}

/** The answer itself, or the one list among its members. */
function onlyListIn(answer: JsonText): JsonText | undefined {
  if (answer.trimStart().startsWith('[')) return answer
  const value: unknown = JSON.parse(answer)
  if (!isJsonObject(value)) return undefined
  const [only, ...others] = Object.keys(value).filter((name) => Array.isArray(value[name]))
  return only === undefined || others.length > 0 ? undefined : sliceJson(answer, [only])
}

function pathOf(place: string): (string | number)[] {
  return place
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((name) => name !== '')
    .map((name) => (/^\d+$/.test(name) ? Number(name) : name))
}

/** Ends the sentence with what there is. */
function whereIn(answer: JsonText, place: string): string {
  const value: unknown = JSON.parse(answer)
  const lists = isJsonObject(value) ? Object.keys(value).filter((name) => Array.isArray(value[name])) : []
  const named = place === '' ? 'the top of the answer' : `"${place}" in the answer`
  if (lists.length === 0) return `${named}. Say where the list is, such as data.orders.`
  return `${named}. It has lists at ${lists.slice(0, mostNames).join(', ')}: choose one of them.`
}
