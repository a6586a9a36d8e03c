import { expect, test } from 'vitest'
import { Flow } from './flow.ts'
import { renameNode } from './rename-node.ts'

const flow = Flow.parse({
  name: 'steps.old stays here',
  nodes: [
    { id: 'start', type: 'webhook', params: { path: 'old' } },
    { id: 'old', type: 'forEach', name: 'old', params: {} },
    {
      id: 'inner',
      type: 'set',
      parent: 'old',
      params: {
        values: { old: '{{ steps.old.old + loops.old.item }} old', list: ["{{ run.resumeUrl('old') }}"], broken: '{{ steps.old' },
      },
    },
    {
      id: 'code',
      type: 'code',
      params: { inputs: { x: '{{ steps["old"] }}' }, code: 'export default ({ steps }) => steps.old' },
      settings: { runIf: '{{ steps.old.ok }}' },
    },
  ],
  edges: [
    { source: 'start', target: 'old' },
    { source: 'old', sourceHandle: 'error', target: 'code' },
  ],
  groups: [{ id: 'g', name: 'G', nodeIds: ['old', 'code'] }],
  settings: { subject: '{{ steps.old }}' },
})

test('renaming a step rewrites all that names it, and nothing else', () => {
  const expected = Flow.parse({
    ...flow,
    nodes: [
      flow.nodes[0],
      { ...flow.nodes[1], id: 'fresh' },
      {
        ...flow.nodes[2],
        parent: 'fresh',
        params: {
          values: {
            old: '{{ steps.fresh.old + loops.fresh.item }} old',
            list: ["{{ run.resumeUrl('fresh') }}"],
            broken: '{{ steps.old',
          },
        },
      },
      {
        ...flow.nodes[3],
        params: { inputs: { x: '{{ steps["fresh"] }}' }, code: 'export default ({ steps }) => steps.fresh' },
        settings: { runIf: '{{ steps.fresh.ok }}' },
      },
    ],
    edges: [
      { source: 'start', target: 'fresh' },
      { source: 'fresh', sourceHandle: 'error', target: 'code' },
    ],
    groups: [{ id: 'g', name: 'G', nodeIds: ['fresh', 'code'] }],
    settings: { subject: '{{ steps.fresh }}' },
  })
  expect(renameNode(flow, 'old', 'fresh')).toEqual(expected)
  expect(renameNode(renameNode(flow, 'old', 'fresh'), 'fresh', 'old')).toEqual(flow)
})

test('a name that is taken or impossible is refused', () => {
  expect(() => renameNode(flow, 'old', 'code')).toThrow(/already called "code"/)
  expect(() => renameNode(flow, 'old', '1st')).toThrow(/can't be a step's id/)
  expect(() => renameNode(flow, 'old', '__proto__')).toThrow(/can't be a step's id/)
  expect(renameNode(flow, 'old', 'old')).toBe(flow)
})
