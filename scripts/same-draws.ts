// Stands for fast-check in tests (`vite.config.ts`), which import it as they would anywhere.
import { configureGlobal } from '../node_modules/fast-check/lib/fast-check.js'

// Each run of the tests draws the same, so that a change is not refused for what it has nothing to do with; whoever
// looks for what was never drawn yet gives another seed.
configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 20_261_126) })

export * from '../node_modules/fast-check/lib/fast-check.js'
