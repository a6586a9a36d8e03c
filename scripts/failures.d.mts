export interface VitestReport {
  testResults: {
    /** The file's whole path. */
    name: string
    status: string
    message: string
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[]
  }[]
}

export interface PlaywrightReport {
  errors?: { message?: string }[]
  suites?: PlaywrightSuite[]
}

interface PlaywrightSuite {
  suites?: PlaywrightSuite[]
  specs?: { ok: boolean; file: string; title: string; tests: { results: { error?: { message?: string } }[] }[] }[]
}

export function failuresOfVitest(report: VitestReport, root: string): string[]
export function failuresOfPlaywright(report: PlaywrightReport): string[]

export function failuresOutsideOfTests(errors: { file: string; message: string }[]): string[]
