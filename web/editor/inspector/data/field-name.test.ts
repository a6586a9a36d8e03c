import { expect, test } from 'vitest'
import { coreNodeTypes } from '#shared/core-nodes.ts'
import { FlowNode } from '#shared/flow.ts'
import { fieldName, wayName } from './field-name.ts'
import { promisedBy } from './promised-by.ts'

const promised = promisedBy(
  FlowNode.parse({
    id: 'form',
    type: 'form',
    params: {
      fields: [
        { id: 'who', label: 'Your name' },
        { id: 'e_mail', label: 'E-mail' },
      ],
    },
  }),
  coreNodeTypes.find(({ type }) => type === 'form'),
)

test('a field is called by its label, with the name that code knows it by where it is another', () => {
  expect(fieldName(promised, ['body'])).toEqual({ label: 'Answers', ownName: 'body' })
  expect(fieldName(promised, ['body', 'who'])).toEqual({ label: 'Your name', ownName: 'who' })
  expect(fieldName(promised, ['body', 'e_mail'])).toEqual({ label: 'E-mail' })
  expect(fieldName(promised, ['body', 'more'])).toEqual({ label: 'more' })
  expect(fieldName(undefined, ['lines', 2])).toEqual({ label: 'Item 3' })
})

test('where what is around it isn’t shown, the whole way is named', () => {
  expect(wayName(promised, ['body', 'who'])).toEqual({ label: 'Answers ▸ Your name', ownName: 'body ▸ who' })
  expect(wayName(undefined, ['lines', 0])).toEqual({ label: 'lines ▸ item 1' })
})
