import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Flow } from '#shared/flow.ts'
import { ApiProblem } from '../../api/client.ts'
import { applyToFlow, edit, type Patch } from '../document.ts'
import type { SaveState } from '../state.ts'
import { orderFlow } from '../testing/open-editor.ts'
import { createDraftSaver } from './draft-saver.ts'
import { restoreUnsaved } from './restore-unsaved.ts'
import type { TextStorage } from './unsaved-changes.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A server that keeps one draft, and can be away or lose its answer. */
function open(document = orderFlow(), storage = memory(), pending: Patch = []) {
  const server = { document, revision: 1, requests: 0, away: false, losesAnswer: false, refuses: false }
  const states: SaveState['kind'][] = []
  let seen: Flow = applyToFlow(document, pending)
  const saver = createDraftSaver({
    flowId: 'flow_1',
    document,
    revision: 1,
    pending,
    async send(patch, revision) {
      server.requests += 1
      if (server.away) throw new ApiProblem({ code: 'offline', status: 0, detail: 'Away' })
      if (server.refuses) throw new ApiProblem({ code: 'invalid_document', status: 422, detail: 'Too long' })
      if (revision !== server.revision) throw new ApiProblem({ code: 'revision_conflict', status: 409, detail: 'It moved on' })
      server.document = applyToFlow(server.document, patch)
      server.revision += 1
      if (server.losesAnswer) {
        server.losesAnswer = false
        throw new ApiProblem({ code: 'offline', status: 0, detail: 'Away' })
      }
      return { revision: server.revision, endpoints: [] }
    },
    load: async () => ({ document: server.document, revision: server.revision, endpoints: [] }),
    onState: (state) => states.push(state.kind),
    onSaved: () => undefined,
    storage,
  })
  const rename = (name: string) => {
    const patch = edit(seen, (draft) => {
      draft.name = name
    })
    seen = applyToFlow(seen, patch)
    saver.add(patch)
  }
  return { server, states, saver, rename, storage, state: () => states.at(-1) }
}

function memory(): TextStorage {
  const texts = new Map<string, string>()
  return {
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, text) => void texts.set(key, text),
    removeItem: (key) => void texts.delete(key),
  }
}

const detailOf = (document: Flow, revision: number): Parameters<typeof restoreUnsaved>[1] => ({
  id: 'flow_1',
  name: document.name,
  revision,
  document,
  publishedVersion: null,
  enabled: false,
  paused: false,
  changed: true,
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  endpoints: [],
})

test('a burst of typing is one request, sent within half a second of the last key', async () => {
  const { server, rename, state } = open()
  for (const name of ['N', 'Ne', 'New']) {
    rename(name)
    await vi.advanceTimersByTimeAsync(100)
  }
  expect(server.requests).toBe(0)
  await vi.advanceTimersByTimeAsync(500)
  expect(server).toMatchObject({ requests: 1, document: { name: 'New' }, revision: 2 })
  expect(state()).toBe('saved')
})

test('what is changed while offline is kept, and sent when the network is back', async () => {
  const { server, rename, state, saver, storage } = open()
  server.away = true
  rename('Offline')
  await vi.advanceTimersByTimeAsync(600)
  expect(state()).toBe('offline')
  expect(storage.getItem('holdfast:unsaved:flow_1')).toContain('Offline')
  rename('Still offline')
  await vi.advanceTimersByTimeAsync(1000)
  server.away = false
  await saver.flush()
  expect(server.document.name).toBe('Still offline')
  expect(state()).toBe('saved')
  expect(storage.getItem('holdfast:unsaved:flow_1')).toBeNull()
})

test('it tries again by itself', async () => {
  const { server, rename } = open()
  server.away = true
  rename('Later')
  await vi.advanceTimersByTimeAsync(1000)
  server.away = false
  await vi.advanceTimersByTimeAsync(20_000)
  expect(server.document.name).toBe('Later')
})

test("somebody else's change stops saving and is never overwritten", async () => {
  const { server, rename, state, saver } = open()
  server.document = { ...server.document, description: 'Theirs' }
  server.revision = 2
  rename('Mine')
  await vi.advanceTimersByTimeAsync(600)
  expect(state()).toBe('conflict')
  rename('Mine again')
  await vi.advanceTimersByTimeAsync(60_000)
  await saver.flush()
  expect(server).toMatchObject({ requests: 1, document: { name: 'A flow', description: 'Theirs' } })
})

test('an answer that got lost is not taken for somebody else', async () => {
  const { server, rename, state } = open()
  server.losesAnswer = true
  rename('Sent once')
  await vi.advanceTimersByTimeAsync(5000)
  expect(state()).toBe('saved')
  rename('Sent twice')
  await vi.advanceTimersByTimeAsync(5000)
  expect(server).toMatchObject({ document: { name: 'Sent twice' }, revision: 3 })
  expect(state()).toBe('saved')
})

test('an answer that got lost is recognised although more was typed meanwhile, and after a reload', async () => {
  const { server, rename, state, storage } = open()
  server.losesAnswer = true
  rename('Sent')
  await vi.advanceTimersByTimeAsync(300)
  rename('Typed since')
  expect(restoreUnsaved(storage, detailOf(server.document, server.revision))).toMatchObject({
    kind: 'pending',
    patch: [{ value: 'Typed since' }],
  })
  await vi.advanceTimersByTimeAsync(5000)
  expect(server).toMatchObject({ document: { name: 'Typed since' }, revision: 3 })
  expect(state()).toBe('saved')
})

test('a change the server refuses is said so, and the next one is sent with it', async () => {
  const { server, rename, state } = open()
  server.refuses = true
  rename('Refused')
  await vi.advanceTimersByTimeAsync(600)
  expect(state()).toBe('refused')
  server.refuses = false
  rename('Better')
  await vi.advanceTimersByTimeAsync(2000)
  expect(server.document.name).toBe('Better')
})

test('what was left unsent is found after a reload and sent', async () => {
  const storage = memory()
  const first = open(orderFlow(), storage)
  first.server.away = true
  first.rename('Typed and gone')
  first.saver.stop()
  await vi.advanceTimersByTimeAsync(0)

  const restored = restoreUnsaved(storage, detailOf(orderFlow(), 1))
  if (restored.kind !== 'pending') throw new Error(`Nothing was restored: ${restored.kind}`)
  const second = open(orderFlow(), storage, restored.patch)
  await vi.advanceTimersByTimeAsync(600)
  expect(second.server.document.name).toBe('Typed and gone')
  expect(restoreUnsaved(storage, detailOf(second.server.document, 2)).kind).toBe('nothing')
})

test('what was on its way when the page went is not sent twice', () => {
  const storage = memory()
  const { saver, rename, server } = open(orderFlow(), storage)
  rename('On its way')
  void saver.flush()
  saver.keep()
  expect(restoreUnsaved(storage, detailOf(server.document, 2)).kind).toBe('nothing')
})

test('a page that is going sends nothing any more, one that comes back does', async () => {
  const { server, rename, saver, storage } = open()
  rename('Going')
  saver.freeze()
  await vi.advanceTimersByTimeAsync(1000)
  expect(server.requests).toBe(0)
  expect(storage.getItem('holdfast:unsaved:flow_1')).toContain('Going')
  saver.thaw()
  await vi.advanceTimersByTimeAsync(0)
  expect(server.document.name).toBe('Going')
})

test('left changes that no longer fit are a conflict, and stay', () => {
  const storage = memory()
  const { saver, rename } = open(orderFlow(), storage)
  rename('Mine')
  saver.keep()
  expect(restoreUnsaved(storage, detailOf({ ...orderFlow(), description: 'Theirs' }, 2)).kind).toBe('conflict')
  expect(storage.getItem('holdfast:unsaved:flow_1')).toContain('Mine')
})
