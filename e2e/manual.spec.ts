import AxeBuilder from '@axe-core/playwright'
import { expect, test } from './harness/test.ts'
import { EditorPage } from './pages/editor.ts'

test('somebody says what a run by hand is asked for, builds on it before any sample, and starts one', async ({
  signedIn: page,
}) => {
  const editor = new EditorPage(page)
  await editor.makeFlow('Refund')
  await editor.chooseStart('hand')
  const add = async (kind: string, label: string) => {
    await editor.inspector.getByRole('button', { name: 'Add a field' }).press('Enter')
    await page.getByRole('menuitem', { name: kind, exact: true }).press('Enter')
    await expect(editor.inspector.getByRole('textbox', { name: 'Label' })).toBeFocused()
    await page.keyboard.type(label)
  }
  await add('Text', 'Customer')
  await editor.inspector.getByRole('checkbox', { name: 'Must be filled in' }).check()
  await add('Number', 'Amount')
  await editor.inspector.getByRole('textbox', { name: 'To begin with' }).fill('12.5')
  await add('Date', 'Due')
  await add('Date and time', 'Call back')
  await add('Yes or no', 'Approved')
  await editor.inspector.getByRole('checkbox', { name: 'Must be ticked' }).check()
  await expect(editor.step('Started by hand')).toContainText('Asks for 5 fields')

  // Taken away by mistake, and back again.
  await editor.inspector.getByRole('button', { name: 'Remove Amount' }).click()
  await expect(editor.step('Started by hand')).toContainText('Asks for 4 fields')
  await editor.canvas.focus()
  await page.keyboard.press('Control+z')
  await expect(editor.step('Started by hand')).toContainText('Asks for 5 fields')
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])

  await editor.addAfter('Started by hand', 'values')
  await editor.inspector.getByRole('button', { name: 'Add value' }).click()
  await page.keyboard.type('who')
  await page.keyboard.press('Tab')
  await page.keyboard.type('/')
  await expect(page.getByRole('option', { name: /^Amount/ })).toBeVisible()
  await page.keyboard.type('cust')
  await expect(page.getByRole('option', { name: /^Amount/ })).toHaveCount(0)
  await page.keyboard.press('Enter')
  await expect(editor.inspector.getByText('Customer')).toBeVisible()
  await editor.saved()
  await editor.publish()

  await page.getByRole('button', { name: 'See runs' }).click()
  await page.getByRole('button', { name: 'Start a run' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Start' }).click()
  await expect(dialog.getByText('Is missing. Fill it in.')).toBeVisible()
  await expect(dialog.getByText('Tick it to go on.')).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Customer' }).fill('Nimbus Ltd')
  await dialog.getByLabel('Due').fill('2030-01-31')
  await dialog.getByLabel('Call back').fill('2030-01-31T09:30')
  await dialog.getByRole('checkbox', { name: 'Approved' }).check()
  await dialog.getByRole('button', { name: 'Start' }).click()
  await expect(page).toHaveURL(/\/runs\/run_/)
  await expect(page.getByText('Worked').first()).toBeVisible()
  await expect(page.getByText('Nimbus Ltd').first()).toBeVisible()
  await expect(page.getByText('12.5').first()).toBeVisible()
  await expect(page.getByText('2030-01-31', { exact: true }).first()).toBeVisible()
  await expect(page.getByText('2030-01-31T09:30:00.000Z').first()).toBeVisible()
})
