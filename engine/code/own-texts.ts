import { fileURLToPath } from 'node:url'
import { build, type BuildOptions } from 'esbuild'
import { useCompiler } from './compiler-process.ts'

export interface OwnTexts {
  /** The script every isolate starts with: its value is the function that puts the last things in place. */
  prelude: string
  /** The program of a runner. */
  runner: string
}

let texts: Promise<OwnTexts> | undefined
/** It is our own text, which hangs no compiler: on a machine that has no time to spare it may take what it takes. */
const patienceMs = 120_000

const common = {
  bundle: true,
  write: false,
  target: 'es2024',
  charset: 'utf8',
  logLevel: 'silent',
  // Names are left as they are: code sees those of our functions and classes.
  minifyWhitespace: true,
  minifySyntax: true,
} as const satisfies BuildOptions

/** Our own parts of the sandbox, each as one script. Built once a process. */
export function ownTexts(): Promise<OwnTexts> {
  texts ??= buildTexts().catch((error: unknown) => {
    texts = undefined
    throw error
  })
  return texts
}

function buildTexts(): Promise<OwnTexts> {
  return useCompiler(
    '',
    async () => {
      const [prelude, runner] = await Promise.all([
        textFrom('./prelude/main.ts', {
          format: 'iife',
          globalName: '__prelude',
          banner: { js: '(() => { "use strict";' },
          footer: { js: 'return __prelude.boot })()' },
          platform: 'neutral',
        }),
        textFrom('./runner/main.ts', { format: 'cjs', platform: 'node' }),
      ])
      return { prelude, runner }
    },
    patienceMs,
  )
}

async function textFrom(entry: string, options: BuildOptions): Promise<string> {
  const result = await build({
    ...common,
    ...options,
    write: false,
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
  })
  return result.outputFiles[0]?.text ?? ''
}
