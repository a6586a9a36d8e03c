import { expect, test } from 'vitest'
import type { Json } from '#shared/json.ts'
import type { PollRow } from '../db/polls.ts'
import { arrangePolls } from './arrange-polls.ts'

const minuteMs = 60_000
const now = 1_000_000_000

function arrange(params: { [name: string]: Json }, before: Partial<PollRow> | undefined, isOn = true) {
  const place = { workspaceId: 'ws_1', flowId: 'flow_1' }
  const row: PollRow = {
    ...place,
    triggerId: 'news',
    version: 1,
    planHash: 'old',
    type: 'feed.newItem',
    params: '{"url":"a","every":"1h"}',
    nextAt: now + 40 * minuteMs,
    cursor: null,
    isNew: false,
    passAt: null,
    crashes: 0,
    epoch: 3,
    isLooking: false,
    lookedAt: now - 20 * minuteMs,
    failures: 0,
    failingSince: null,
    errorCode: null,
    errorMessage: null,
    found: 0,
    foundAt: null,
    ...before,
  }
  const triggers = [{ id: 'news', type: 'feed.newItem', name: 'News', params }]
  const { put, forget } = arrangePolls({ ...place, version: 2, planHash: 'new', triggers, isOn }, before ? [row] : [], now)
  const nextAt = put[0]?.nextAt
  return { inMinutes: typeof nextAt === 'number' ? (nextAt - now) / minuteMs : nextAt, forget }
}

test.each([
  ['looks at once when it is new', { url: 'a', every: '1h' }, undefined, true, { inMinutes: 0, forget: [] }],
  ['goes on when it looks for the same', { every: '1h', url: 'a' }, {}, true, { inMinutes: 40, forget: [] }],
  ['looks sooner when it is to look more often', { url: 'a', every: '5m' }, {}, true, { inMinutes: 5, forget: [] }],
  ['stays at its time when it is to look less often', { url: 'a', every: '1d' }, {}, true, { inMinutes: 40, forget: [] }],
  ['is no bother for a source that fails', { url: 'a', every: '5m' }, { failures: 4 }, true, { inMinutes: 40, forget: [] }],
  ['begins anew when it looks for something else', { url: 'b', every: '1h' }, {}, true, { inMinutes: 0, forget: ['news'] }],
  [
    'begins anew when it is of another type',
    { url: 'a', every: '1h' },
    { type: 'x.y' },
    true,
    { inMinutes: 0, forget: ['news'] },
  ],
  ['knows what it knew when it is turned off', { url: 'a', every: '1h' }, {}, false, { inMinutes: null, forget: [] }],
  ['looks at once when it is turned on again', { url: 'a', every: '1h' }, { nextAt: null }, true, { inMinutes: 0, forget: [] }],
])('a published trigger %s', (_, params, before, isOn, expected) => {
  expect(arrange(params, before, isOn)).toEqual(expected)
})
