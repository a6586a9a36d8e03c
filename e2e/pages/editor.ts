import { expect, type Locator, type Page } from '@playwright/test'

/** The editor, located the way a person finds things: by role, name and what is written on it. */
export class EditorPage {
  readonly page: Page
  readonly inspector: Locator
  readonly canvas: Locator

  constructor(page: Page) {
    this.page = page
    this.inspector = page.getByRole('complementary', { name: 'Inspector' })
    this.canvas = page.getByRole('application', { name: /^Flow,/ })
  }

  async makeFlow(name: string): Promise<void> {
    await this.page.goto('/flows')
    await this.page.getByRole('button', { name: 'New flow' }).first().click()
    await expect(this.page).toHaveURL(/\/flows\/flow_/)
    const title = this.page.getByRole('textbox', { name: 'Name of the flow' })
    await expect(title).toBeFocused()
    await title.fill(name)
    await title.press('Enter')
    await expect(this.page.getByRole('heading', { name })).toBeVisible()
  }

  async chooseStart(search: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Choose a start' }).click()
    await this.find(search)
  }

  async addAfter(step: string, search: string): Promise<void> {
    await this.page.getByRole('button', { name: `Add a step after ${step}` }).click()
    await this.find(search)
  }

  /** Types into the list of steps, whose search has the focus, and takes the first one. */
  async find(search: string): Promise<void> {
    await expect(this.page.getByRole('combobox', { name: /Search for a/ })).toBeFocused()
    await this.page.keyboard.type(search)
    await this.page.keyboard.press('Enter')
  }

  step(name: string): Locator {
    return this.page.locator(`[data-step="${name}"]`)
  }

  line(from: string, to: string): Locator {
    return this.page.locator(`[data-line="${from} > ${to}"]`)
  }

  async choose(field: string, option: string): Promise<void> {
    await this.inspector.getByRole('combobox', { name: new RegExp(`^${field}`) }).click()
    await this.page.getByRole('option', { name: option, exact: true }).click()
  }

  /** The editor of code, where one types. */
  get codeArea(): Locator {
    return this.page.locator('.monaco-editor .view-lines').last()
  }

  /** A line of the code, with what is said behind it. */
  codeLine(text: string): Locator {
    // Monaco writes spaces that don't break.
    return this.page.locator('.view-line').filter({ hasText: text })
  }

  /** Puts text into the code editor as a paste does: typed, the editor would close brackets by itself. */
  async writeCode(code: string): Promise<void> {
    const editor = this.inspector.locator('.monaco-editor').first()
    await expect(editor).toBeVisible()
    await editor.click()
    await this.page.keyboard.press('ControlOrMeta+A')
    await this.page.evaluate((text) => navigator.clipboard.writeText(text), code)
    await this.page.keyboard.press('ControlOrMeta+V')
  }

  /** Puts a value of an earlier step into a field: `/` opens the list, the search finds it, Enter takes it. */
  async insertData(field: string, search: string): Promise<void> {
    await this.inspector.getByRole('textbox', { name: field, exact: true }).click()
    await this.page.keyboard.type('/')
    await expect(this.page.getByPlaceholder(/Search/).last()).toBeFocused()
    await this.page.keyboard.type(search)
    // What came in, or what code gives, may become known only now.
    await expect(this.page.getByRole('option', { selected: true }).filter({ hasText: search })).toBeVisible()
    await this.page.keyboard.press('Enter')
  }

  async saved(): Promise<void> {
    await expect(this.page.locator('[data-save="saved"]')).toBeVisible()
  }

  async publish(): Promise<void> {
    await this.page.getByRole('button', { name: 'Publish', exact: true }).click()
    await this.page
      .getByRole('dialog')
      .getByRole('button', { name: /Turn on|Publish/ })
      .click()
    await expect(this.page.getByText(/On · v\d+/).first()).toBeVisible()
  }
}
