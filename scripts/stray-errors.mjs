import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { root } from './bootstrap.mjs'

/** A reporter of Vitest: writes what went wrong outside of every test to the file that `STRAY_ERRORS` names. */
export default class StrayErrors {
  onTestRunEnd(_modules, errors) {
    const kept = errors.map(({ stack, message, VITEST_TEST_PATH: path }) => ({
      file: path === undefined ? 'some file' : relative(root, path),
      message: stack ?? message,
    }))
    writeFileSync(process.env.STRAY_ERRORS, JSON.stringify(kept))
  }
}
