import type { EngineLimits } from './engine-api.ts'

/** What holds where nothing else is set; docs/starting-and-settings.md names the variables that change them. */
export const defaultLimits: EngineLimits = {
  outputBytes: 10 * 1024 ** 2,
  expressionBytes: 1024 ** 2,
  codeCpuMs: 5000,
  codeMemoryMb: 128,
  items: 10_000,
  steps: 1_000_000,
  triggerBytes: 64 * 1024 ** 2,
  fileBytes: 50 * 1024 ** 2,
}
