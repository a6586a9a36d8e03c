import type { Page } from '@playwright/test'
import { expect, test, type Api } from './harness/test.ts'
import { EditorPage } from './pages/editor.ts'

test.use({ permissions: ['clipboard-read', 'clipboard-write'] })

const code = `export default async ({ trigger, log }) => {
  const { lines } = trigger.body
  const total = lines.reduce((sum, line) => sum + line.price * line.qty, 0)
  log('total', total)
  return { total }
}
`

async function makeFlow(api: Api, text: string, extra: object = {}): Promise<string> {
  const step = (id: string, type: string, name: string, y: number, params: object) => {
    return { id, type, name, position: { x: 0, y }, params, settings: {} }
  }
  const flow = await api<{ id: string }>('POST', '/flows', {
    name: 'Price orders',
    document: {
      schema: 1,
      name: 'Price orders',
      nodes: [
        step('trigger', 'manual', 'New order', 0, {}),
        { ...step('price', 'code', 'Work out the price', 128, { code: text }), ...extra },
        step('say', 'set', 'Say it', 256, { values: { text: '' } }),
      ],
      edges: [
        { source: 'trigger', target: 'price' },
        { source: 'price', target: 'say' },
      ],
    },
  })
  await api('PUT', `/flows/${flow.id}/samples/trigger`, {
    source: 'written',
    value: { kind: 'manual', body: { lines: [{ price: 3, qty: 7 }] } },
  })
  return flow.id
}

/** Opens the code of the step, with the cursor in it. */
async function openCode(page: Page, flowId: string): Promise<EditorPage> {
  const editor = new EditorPage(page)
  await page.goto(`/flows/${flowId}?step=price`)
  await editor.codeArea.click()
  return editor
}

test('code is run where it is written, and says at its lines what it logged and why it failed', async ({
  signedIn: page,
  api,
}) => {
  const editor = await openCode(page, await makeFlow(api, ''))
  await editor.writeCode(code)
  await page.keyboard.press('ControlOrMeta+Enter')

  const result = editor.inspector.getByRole('region', { name: 'Result' })
  await expect(result).toContainText('"total": 21')
  const drawer = page.getByRole('region', { name: 'Data' })
  await expect(drawer.getByRole('cell', { name: '21' })).toBeVisible()
  await expect(editor.codeLine("log('total', total)")).toContainText('› total 21')

  // What it returned is there for the next step at once.
  await editor.step('Say it').click()
  await editor.insertData('Value of text', 'total')
  await expect(editor.inspector.locator('[data-pill="Work out the price.total"]')).toContainText('21')

  await editor.step('Work out the price').click()
  await editor.writeCode(code.replace('trigger.body\n', 'trigger.nothing\n'))
  // What was said of the old text is gone with it.
  await expect(editor.inspector.getByText('› total 21')).toBeHidden()
  await page.keyboard.press('ControlOrMeta+Enter')
  // What is said goes on below where the line is too long for the panel.
  await expect(editor.codeLine('trigger.nothing').first()).toContainText('✕ can’t take lines out of')
  await expect(drawer.getByRole('alert')).toContainText('Line 2:')
  await result.getByRole('button', { name: 'Go to line 2' }).click()
  await page.keyboard.press('End')
  await page.keyboard.type('.body')
  await expect(editor.inspector.getByText('✕')).toBeHidden()
  await editor.saved()
})

test('an input that the code asks for is added from the hint about it', async ({ signedIn: page, api }) => {
  const editor = await openCode(page, await makeFlow(api, 'export default ({ input }) => input.rows\n'))
  const hints = editor.inspector.getByRole('list', { name: 'About the code' })
  await expect(hints).toContainText('There is no input called "rows". Add it under Inputs, above the code.')
  await hints.getByRole('button', { name: 'Add rows' }).click()
  await expect(editor.inspector.getByRole('textbox', { name: 'Value of rows' })).toBeFocused()
  await page.keyboard.type('ten')
  await expect(hints).toBeHidden()
  await editor.step('Work out the price').click()
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(editor.inspector.getByRole('region', { name: 'What it gave' })).toHaveText('ten')
})

test('a test that takes long is stopped by the button that began it', async ({ signedIn: page, api }) => {
  const waiting = 'export default async () => {\n  await new Promise((done) => setTimeout(done, 50_000))\n}\n'
  const editor = await openCode(page, await makeFlow(api, waiting))
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(editor.inspector.getByText(/^Testing…/)).toBeVisible()
  await editor.inspector.getByRole('button', { name: 'Stop the test' }).click()
  await expect(editor.inspector.getByText('Stopped before it was done')).toBeVisible()
  await expect(editor.inspector.getByRole('button', { name: 'Test this step' })).toBeVisible()
})

test('code is laid out when it is saved, as one thing to undo, and left alone when it can’t be read', async ({
  signedIn: page,
  api,
}) => {
  const messy = 'export default   ({trigger})=>{ return {a:1,\nb : "two"} ; }\n'
  const neat = "export default ({ trigger }) => {\n  return { a: 1, b: 'two' }\n}\n"
  const flowId = await makeFlow(api, messy)
  const stored = async () => {
    const { document } = await api<{ document: { nodes: { id: string; params: { code?: string } }[] } }>(
      'GET',
      `/flows/${flowId}`,
    )
    return document.nodes.find((node) => node.id === 'price')?.params.code
  }
  const editor = await openCode(page, flowId)
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.type('// end')
  await page.keyboard.press('ControlOrMeta+S')
  await expect(editor.inspector.getByText('Formatted', { exact: true })).toBeVisible()
  await expect.poll(stored).toBe(`${neat}// end\n`)
  // The cursor stayed where it was.
  await page.keyboard.type('!')
  await expect.poll(stored).toBe(`${neat}// end!\n`)

  for (const left of [`${neat}// end\n`, `${messy}// end`, messy]) {
    await page.keyboard.press('ControlOrMeta+Z')
    await expect.poll(stored).toBe(left)
  }
  // Nothing typed is left to undo: the step stays.
  await page.keyboard.press('ControlOrMeta+Z')
  await expect(editor.inspector).toBeVisible()
  await page.keyboard.press('ControlOrMeta+Shift+Z')
  await expect.poll(stored).toBe(`${messy}// end`)

  await editor.writeCode('export default ( => {\n')
  await page.keyboard.press('Shift+Alt+F')
  await expect(editor.inspector.getByText(/Expected|expected/).first()).toBeVisible()
  await expect.poll(stored).toBe('export default ( => {\n')

  await editor.inspector.getByRole('button', { name: 'More about the code' }).click()
  await page.getByRole('menuitem', { name: 'Don’t format when saving' }).click()
  await editor.writeCode(messy)
  await page.keyboard.press('ControlOrMeta+S')
  await editor.saved()
  await page.reload()
  await editor.codeArea.click()
  await page.keyboard.press('ControlOrMeta+S')
  await editor.saved()
  expect(await stored()).toBe(messy)
})

test('code fills the page with its data and log around it, and goes back to its place with Esc', async ({
  signedIn: page,
  api,
}) => {
  const editor = await openCode(page, await makeFlow(api, code))
  await page.keyboard.press('ControlOrMeta+Shift+E')
  const full = page.getByRole('dialog', { name: 'Code of Work out the price' })
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(full.getByRole('region', { name: 'Data' }).getByRole('cell', { name: '21' })).toBeVisible()
  await expect(full.getByRole('region', { name: 'Log', exact: true })).toContainText('total')
  await full.getByRole('tab', { name: 'Came in' }).click()
  await expect(full.getByRole('region', { name: 'Data' })).toContainText('lines')
  await page.keyboard.press('Escape')
  await expect(full).toBeHidden()
  // The focus is back in the code; from there Esc and Tab lead on, and the set-up stays open.
  await page.keyboard.type('// here\n')
  await expect(editor.codeLine('// here')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  await expect(editor.codeArea.locator(':focus')).toHaveCount(0)
  await expect(editor.inspector).toBeVisible()
})

test('code is looked at beside the version that is live', async ({ signedIn: page, api }) => {
  const flowId = await makeFlow(api, code)
  const editor = await openCode(page, flowId)
  await page.keyboard.press('ControlOrMeta+Alt+D')
  await expect(editor.inspector.getByText('Nothing is live yet')).toBeVisible()
  await editor.inspector.getByRole('button', { name: 'Stop comparing' }).click()
  await api('POST', `/flows/${flowId}/publish`, {})

  await page.reload()
  await editor.codeArea.click()
  await editor.writeCode(code.replace('return { total }', 'return { total, tax: total / 5 }'))
  await page.keyboard.press('ControlOrMeta+Alt+D')
  const comparing = editor.inspector.locator('.monaco-diff-editor')
  await expect(comparing).toContainText('tax: total / 5')
  await expect(comparing).toContainText('return { total }')
  // The draft can be changed right there, and run.
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(editor.inspector.getByRole('region', { name: 'Result' })).toContainText('"tax": 4.2')
  await page.keyboard.press('Escape')
  await expect(comparing).toBeHidden()
  await expect(editor.codeLine('tax: total / 5')).toBeVisible()
  // Over the whole page Esc ends one after the other.
  await page.keyboard.press('ControlOrMeta+Shift+E')
  await page.keyboard.press('ControlOrMeta+Alt+D')
  await expect(comparing).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(comparing).toBeHidden()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('a code step is a card for those who would rather not see code, until they ask for it', async ({ signedIn: page, api }) => {
  const flowId = await makeFlow(api, code, { note: 'Adds up what was ordered.' })
  const editor = await openCode(page, flowId)
  await editor.inspector.getByRole('button', { name: 'More about the code' }).click()
  await page.getByRole('menuitem', { name: 'Hide code' }).click()
  await page.reload()
  await expect(editor.inspector.getByText('Adds up what was ordered.')).toBeVisible()
  await expect(editor.codeArea).toHaveCount(0)
  await editor.inspector.getByRole('button', { name: 'View code' }).click()
  await expect(editor.codeArea).toBeVisible()
  await page.reload()
  await expect(editor.codeArea).toBeVisible()
})
