import AxeBuilder from '@axe-core/playwright'
import { expect, test } from './harness/test.ts'
import { EditorPage } from './pages/editor.ts'

test('somebody has a flow run every weekday at half past eight in Tokyo, sees when that is, and then every second', async ({
  signedIn: page,
}) => {
  const editor = new EditorPage(page)
  await editor.makeFlow('Morning report')
  await editor.chooseStart('every')
  await expect(editor.step('Schedule')).toContainText('Every weekday at 9:00')
  const times = editor.inspector.getByRole('region', { name: 'Next times' })
  await expect(times.getByRole('listitem')).toHaveCount(10)

  await editor.inspector.getByLabel('Time', { exact: true }).fill('08:30')
  const zone = editor.inspector.getByRole('combobox', { name: 'Time zone' })
  await expect(zone).toHaveValue('UTC')
  await zone.fill('toky')
  await page.keyboard.press('Enter')
  await expect(zone).toHaveValue('Tokyo, Asia')
  await expect(times.getByText('By the clock in Tokyo.')).toBeVisible()
  await expect(times.getByRole('listitem').first()).toContainText(/^(Mon|Tue|Wed|Thu|Fri), .*, 08:30/)
  await expect(times.getByRole('listitem').first()).toContainText('23:30 with you')
  await expect(editor.step('Schedule')).toContainText('Every weekday at 8:30')

  // A second rule, written out; what is wrong with it is said at once.
  await editor.inspector.getByRole('button', { name: 'Add more times' }).click()
  await editor.inspector
    .getByRole('combobox', { name: /^How often/ })
    .last()
    .click()
  await page.getByRole('option', { name: 'By a rule of your own' }).click()
  const rule = editor.inspector.getByRole('textbox', { name: 'Rule' })
  await rule.fill('0 61 * * *')
  await expect(editor.inspector.getByText(/“?"61" can’t be read as hours/)).toBeVisible()
  await rule.fill('0 18 L * *')
  await expect(editor.inspector.getByText(/can’t be read/)).toBeHidden()
  await expect(editor.step('Schedule')).toContainText('and 1 more')
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(
    violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => [id, nodes[0]?.html]),
  ).toEqual([])

  await editor.inspector.getByRole('button', { name: /^Remove “On the last day/ }).click()
  await editor.choose('How often', 'Every few seconds')
  await editor.choose('Seconds between two times', '1')
  await editor.addAfter('Schedule', 'values')
  await editor.saved()
  await editor.publish()
  await page.goto('/runs')
  await expect(page.getByRole('listitem').filter({ hasText: 'Morning report' }).nth(1)).toContainText('Worked')
})
