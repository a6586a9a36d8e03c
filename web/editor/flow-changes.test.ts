import { expect, test } from 'vitest'
import { changesBetween } from '#shared/flow-changes.ts'
import { addStep } from './commands/add-step.ts'
import { setReach } from './commands/flow-fields.ts'
import { moveSteps } from './commands/move-steps.ts'
import { renameStep, setParams, setSettings } from './commands/step-fields.ts'
import { startWords } from './start-words.ts'
import { flowOf, openEditor, orderFlow, step, testCatalog } from './testing/open-editor.ts'

test('where steps stand is no change', () => {
  const editor = openEditor(orderFlow())
  editor.run(moveSteps, { positions: new Map([['answer', { x: 900, y: 900 }]]) })
  expect(changesBetween(orderFlow(), editor.document())).toEqual([])
})

test('changes are said in words, a step put on a line as one', () => {
  const editor = openEditor(orderFlow())
  editor.run(setParams, { nodeId: 'charge', params: { url: 'https://example.com/2' } })
  editor.run(setSettings, { nodeId: 'tell', settings: { disabled: true } })
  editor.run(renameStep, { nodeId: 'price', name: 'Work it out' })
  editor.run(addStep, { type: 'set', place: { kind: 'line', line: 'charge:out>answer' } })
  expect(changesBetween(orderFlow(), editor.document()).map(({ name, what }) => `${name}: ${what}`)).toEqual([
    'Work it out: was called price',
    'charge: url changed',
    'tell: turned off',
    'Set values: added',
  ])
})

test('a field is called what it is called where it is filled in', () => {
  const editor = openEditor(orderFlow())
  editor.run(setParams, { nodeId: 'charge', params: { url: 'https://example.com/2' } })
  const said = changesBetween(orderFlow(), editor.document(), (type, param) => `“${type} ${param}”`)
  expect(said.map(({ what }) => what)).toEqual(['“http.request url” changed'])
})

test('where a flow may call is said with the hosts', () => {
  const editor = openEditor(orderFlow())
  const said = () => changesBetween(orderFlow(), editor.document()).map(({ name, what }) => `${name} ${what}`)
  editor.run(setReach, { allow: ['a.example', 'b.example', 'c.example', 'd.example', 'e.example'] })
  expect(said()).toEqual(['The flow may call only a.example, b.example, c.example and 2 more'])
  editor.run(setReach, { allow: [] })
  expect(said()).toEqual(['The flow may call no host'])
  editor.run(setReach, { allow: null })
  expect(said()).toEqual([])
})

test('what starts the flow is said as the end of a sentence', () => {
  expect(startWords(orderFlow(), testCatalog)).toBe('a web request arrives')
  expect(startWords(flowOf([step('a', 'webhook'), step('b', 'manual')]), testCatalog)).toBe(
    'a web request arrives or someone starts it by hand',
  )
})
