import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { coreNodeTypes } from '#shared/core-nodes.ts'
import { FlowNode } from '#shared/flow.ts'
import { ValueView as RunValueView } from '../../runs/value-view.tsx'
import { promisedBy } from '../inspector/data/promised-by.ts'
import { ValueView } from './value-view.tsx'

const sample = { kind: 'event', at: '2030-01-31T09:30:00.000Z', name: 'order.paid', body: { total: 12 } }
const promised = promisedBy(
  FlowNode.parse({ id: 'paid', type: 'event', params: { name: 'order.paid' } }),
  coreNodeTypes.find(({ type }) => type === 'event'),
)
const path = { root: 'trigger', keys: [] }
/** The words on the page outside what is for developers. */
const plainWords = (markup: string) => markup.replaceAll(/<span data-dev[^>]*>[^<]*<\/span>/g, '').split(/<[^>]*>/)

test.each([
  ['fields', <ValueView key="a" value={sample} look="fields" path={path} promised={promised} />],
  ['a table', <ValueView key="b" value={sample} look="table" path={path} promised={promised} />],
  ['what came into a run', <RunValueView key="c" value={sample} promised={promised} empty="" />],
])('as %s, what started a run is named in plain words, and its own names stay to be found', (_look, view) => {
  const markup = renderToStaticMarkup(view)
  const words = plainWords(markup)
  for (const word of ['What started it', 'When it started', 'Name of the event', 'What the event says'])
    expect(words).toContain(word)
  for (const name of ['kind', 'at', 'body']) {
    expect(words).not.toContain(name)
    expect(markup).toContain(`title="${name}"`)
  }
})
