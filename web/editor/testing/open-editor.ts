import { readCopied } from '../commands/copied-steps.ts'
import { renameReferences } from '#shared/expression/template.ts'
import { coreNodeTypes } from '#shared/core-nodes.ts'
import { Flow, type FlowEdge, type FlowNode } from '#shared/flow.ts'
import { catalogFrom, type NodeType } from '#shared/manifest.ts'
import { createEditorStore, type Editor } from '../store.ts'

const callAddress: NodeType = {
  type: 'http.request',
  role: 'step',
  runs: 'action',
  family: 'app',
  title: 'Call a web address',
  description: 'Sends a request',
  icon: 'globe',
  app: 'Web',
  keywords: ['http', 'api'],
  params: { type: 'object', properties: { url: { type: 'string', expression: true } } },
  handles: ['out'],
  effect: true,
  defaults: { method: 'GET' },
  settings: { maxAttempts: 3, timeoutMs: 300_000 },
}

const followFeed: NodeType = {
  ...callAddress,
  type: 'feed.newItem',
  role: 'trigger',
  runs: 'engine',
  polls: true,
  title: 'New item in a feed',
  app: 'feed',
  keywords: ['rss', 'news'],
  params: { type: 'object', properties: { url: { type: 'string' }, every: { control: 'duration' } } },
  effect: false,
  defaults: { every: '5m' },
}

export const testCatalog = catalogFrom([...coreNodeTypes, callAddress, followFeed])

/** A step for a test: `step('price', 'code')`. */
export function step(id: string, type: string, rest: Partial<FlowNode> = {}): FlowNode {
  return { id, type, name: id, position: { x: 0, y: 0 }, params: {}, settings: {}, ...rest }
}

/** Lines for a test, as `a > b` or `a:true > b`. */
export function lines(...texts: string[]): FlowEdge[] {
  return texts.map((text) => {
    const [from = '', target = ''] = text.split(' > ')
    const [source = '', sourceHandle] = from.split(':')
    return sourceHandle === undefined ? { source, target } : { source, sourceHandle, target }
  })
}

export function flowOf(nodes: FlowNode[], edges: FlowEdge[] = []): Flow {
  return Flow.parse({ name: 'A flow', nodes, edges })
}

export interface TestEditor extends Editor {
  document(): Flow
  /** Lines as they are written for `lines`, sorted. */
  lines(): string[]
  /** The time the editor sees; moved by the test. */
  clock: { now: number }
}

export function openEditor(document: Flow): TestEditor {
  const clock = { now: 0 }
  const at = '2026-01-01T00:00:00.000Z'
  const editor = createEditorStore({
    detail: {
      id: 'flow_1',
      name: document.name,
      revision: 1,
      publishedVersion: null,
      enabled: false,
      paused: false,
      changed: false,
      createdAt: at,
      updatedAt: at,
      endpoints: [],
      document,
    },
    catalog: testCatalog,
    language: { renameReferences, readCopied },
    now: () => clock.now,
  })
  return {
    ...editor,
    clock,
    document: () => editor.store.getState().document,
    lines: () =>
      editor.store
        .getState()
        .document.edges.map(
          ({ source, sourceHandle, target }) => `${source}${sourceHandle === undefined ? '' : `:${sourceHandle}`} > ${target}`,
        )
        .toSorted(),
  }
}

/** Web request → price → branch: Yes → charge, Otherwise → tell; both → answer. */
export function orderFlow(): Flow {
  return flowOf(
    [
      step('start', 'webhook'),
      step('price', 'code', { params: { code: 'export default async () => ({ total: 7 })' } }),
      step('big', 'branch', { params: { condition: '{{ steps.price.total > 5 }}' } }),
      step('charge', 'http.request', { params: { url: 'https://example.com/{{ steps.price.total }}' }, connection: 'conn_1' }),
      step('tell', 'set', { params: { values: { total: '{{ steps.price.total }}' } } }),
      step('answer', 'respond'),
    ],
    lines('start > price', 'price > big', 'big:true > charge', 'big:false > tell', 'charge > answer', 'tell > answer'),
  )
}
