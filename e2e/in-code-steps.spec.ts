import { expect, test } from './harness/test.ts'
import { EditorPage } from './pages/editor.ts'

const code = `export default async ({ step, log }: Context) => {
  const order = await step.run('fetch order', () => {
    log('fetched', { lines: 3 })
    return { lines: [1, 2, 3] }
  })
  for (const line of order.lines) {
    await step.run(\`reserve \${line}\`, () => ({ line, reserved: true }))
  }
  await step.sleep('pause', '10ms')
  return { reserved: order.lines.length }
}
`

test('the steps inside of code stand on its card, lead to their lines, and each of them is seen in the run', async ({
  signedIn: page,
  api,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const editor = new EditorPage(page)
  await editor.makeFlow('Reserve an order')
  await editor.chooseStart('by hand')
  await editor.addAfter('Started by hand', 'code')
  await editor.writeCode(code)

  const card = editor.step('Code')
  const inside = (name: string) => card.locator(`[data-inside="${name}"]`)
  await expect(card.locator('[data-inside]')).toHaveCount(3)
  await expect(card).toHaveAccessibleName(/3 steps inside/)
  await expect(inside('reserve …')).toHaveAccessibleName('reserve …, Step in code, repeated')
  // The step below makes room.
  await editor.addAfter('Code', 'answer')
  const gap = async () => {
    const [above, below] = [await card.boundingBox(), await editor.step('Answer the request').boundingBox()]
    return (below?.y ?? 0) - (above?.y ?? 0) - (above?.height ?? 0)
  }
  await expect.poll(gap).toBeGreaterThan(0)
  await page.keyboard.press('ControlOrMeta+Z')

  // Each leads to its line.
  const activeLine = editor.inspector.locator('.monaco-editor .active-line-number').first()
  await inside('pause').click()
  await expect(activeLine).toHaveText('9')
  await expect(inside('pause')).toHaveAttribute('data-chosen', 'true')

  // So they do in the outline, by the keyboard.
  await page.keyboard.press('Escape')
  await editor.canvas.focus()
  await page.keyboard.press('o')
  const outline = page.getByRole('tree', { name: 'Steps of the flow' })
  await outline.getByRole('treeitem', { name: /^Code,.*3 steps inside/ }).click()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  const item = outline.getByRole('treeitem', { name: 'reserve …, Step in code, repeated, inside Code' })
  await expect(item).toBeFocused()
  await expect(inside('reserve …')).toHaveAttribute('data-chosen', 'true')
  await page.keyboard.press('Enter')
  await expect(activeLine).toHaveText('7')

  // And by a few letters of their name.
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  await page.keyboard.press('ControlOrMeta+K')
  await page.keyboard.type('pause')
  await page.getByRole('option', { name: /pause.*inside Code/ }).click()
  await expect(activeLine).toHaveText('9')
  await editor.saved()
  await editor.publish()

  const flowId = /flow_\w+/.exec(page.url())?.[0] ?? ''
  const run = await api<{ id: string; status: string }>('POST', `/flows/${flowId}/runs`, { wait: 60 })
  expect(run.status).toBe('succeeded')
  await page.goto(`/flows/${flowId}/runs/${run.id}`)
  await expect(inside('fetch order')).toHaveAttribute('data-state', 'worked')
  await expect(inside('reserve …')).toHaveAttribute('data-count', '3')
  await expect(inside('pause')).toHaveAttribute('data-state', 'worked')

  // All of them are listed at their step, on the timeline and in its panel.
  await expect(page.getByRole('region', { name: 'Timeline' }).getByRole('button', { name: /reserve 2/ })).toBeVisible()
  await card.locator('.step-name').click()
  const listed = page.getByRole('list', { name: 'Steps inside' }).getByRole('button')
  await expect(listed).toHaveCount(5)

  await inside('fetch order').click()
  const panel = page.getByRole('complementary')
  await expect(panel.getByRole('heading', { name: 'fetch order' })).toBeVisible()
  await expect(panel.getByText('lines', { exact: true })).toBeVisible()
  await panel.getByRole('tab', { name: 'Log' }).click()
  await expect(panel.getByText(/fetched/)).toBeVisible()

  await inside('reserve …').click()
  await expect(panel.getByText('3 of 3')).toBeVisible()
  await panel.getByRole('button', { name: 'The one before' }).click()
  await expect(panel.getByRole('heading', { name: 'reserve 2' })).toBeVisible()
  await panel.getByRole('tab', { name: 'Came in' }).click()
  await expect(panel.getByRole('region', { name: 'In the code' })).toContainText('reserve ${line}')

  // The address leads back to it, and from there to its line in the editor.
  await page.reload()
  await expect(panel.getByRole('heading', { name: 'reserve 2' })).toBeVisible()
  await expect(panel.getByText('reserved', { exact: true })).toBeVisible()
  await panel.getByRole('tab', { name: 'Came in' }).click()
  await panel.getByRole('link', { name: 'Open in the editor' }).click()
  await expect(activeLine).toHaveText('7')
})

test('of a thousand steps inside of code any one is found by its address, and a failed one says why', async ({
  signedIn: page,
  api,
}) => {
  const step = (id: string, type: string, name: string, params = {}) => {
    return { id, type, name, position: { x: 0, y: 0 }, params, settings: {} }
  }
  const many = `export default async ({ step }) => {
  for (let n = 1; n <= 900; n++) await step.run(\`save \${n}\`, () => n)
  try {
    await step.run('charge', () => { throw new Error('The card was declined') }, { retry: { maxAttempts: 2, minDelayMs: 1 } })
  } catch {}
}`
  const flow = await api<{ id: string }>('POST', '/flows', {
    document: {
      schema: 1,
      name: 'Save them all',
      nodes: [
        step('start', 'manual', 'Begin'),
        step('work', 'code', 'Save', { code: many }),
        step('after', 'set', 'After', { values: { done: true } }),
      ],
      edges: [
        { source: 'start', target: 'work' },
        { source: 'work', target: 'after' },
      ],
    },
  })
  await api('POST', `/flows/${flow.id}/publish`, {})
  const run = await api<{ id: string; status: string }>('POST', `/flows/${flow.id}/runs`, { wait: 60 })
  expect(run.status).toBe('succeeded')

  await page.goto(`/flows/${flow.id}/runs/${run.id}?step=${encodeURIComponent('work#save 777')}`)
  const panel = page.getByRole('complementary')
  await expect(panel.getByRole('heading', { name: 'save 777' })).toBeVisible()
  // What comes after the code is seen too.
  await expect(page.locator('[data-step="After"]')).toHaveAttribute('data-state', 'worked')
  await expect(page.locator('[data-inside="save …"]')).toHaveAttribute('data-count', '900')

  const timeline = page.getByRole('region', { name: 'Timeline' })
  await expect(timeline.getByRole('button', { name: /save \d+/ })).toHaveCount(21)
  await timeline.getByRole('button', { name: /Show more of 880 inside · 1 failed/ }).click()
  await expect(timeline.getByRole('button', { name: /save \d+/ })).toHaveCount(121)

  await page.locator('[data-inside="charge"]').click()
  await expect(panel.getByText('The card was declined').first()).toBeVisible()
  await expect(panel.getByRole('combobox', { name: 'Try' })).toHaveText(/Try 2 of 2/)
})

test('code that waits for people shows it on the canvas, says what it asks, and leads to the answer', async ({
  signedIn: page,
  api,
}) => {
  const step = (id: string, type: string, name: string, params = {}) => {
    return { id, type, name, position: { x: 0, y: 0 }, params, settings: {} }
  }
  const asking = `export default async ({ step }) => {
  const { approved } = await step.waitForApproval('ship it?', { title: 'Ship order 7?', message: 'Four lines.', timeout: '2d' })
  return { approved }
}`
  const flow = await api<{ id: string }>('POST', '/flows', {
    document: {
      schema: 1,
      name: 'Ask first',
      nodes: [step('start', 'manual', 'Begin'), step('work', 'code', 'Ship', { code: asking })],
      edges: [{ source: 'start', target: 'work' }],
    },
  })
  await api('POST', `/flows/${flow.id}/publish`, {})
  const run = await api<{ id: string }>('POST', `/flows/${flow.id}/runs`, {})
  await page.goto(`/flows/${flow.id}/runs/${run.id}`)
  const row = page.locator('[data-inside="ship it?"]')
  await expect(row).toHaveAttribute('data-state', 'needs-you')
  await expect(page.locator('[data-step="Ship"]')).toHaveAttribute('data-state', 'needs-you')

  await row.click()
  const panel = page.getByRole('complementary')
  await expect(panel.getByText('Ship order 7?', { exact: true })).toBeVisible()
  const [answer] = await Promise.all([page.waitForEvent('popup'), panel.getByRole('link', { name: 'Answer it' }).click()])
  await answer.getByRole('button', { name: 'Approve' }).click()
  await expect(row).toHaveAttribute('data-state', 'worked')
  await panel.getByRole('tab', { name: 'Came out' }).click()
  await expect(panel.getByText('approved', { exact: true }).first()).toBeVisible()
})
