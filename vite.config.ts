// The type of `test` below; vitest itself is not there in production.
/// <reference types="vitest/config" />
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const sameDraws = { 'fast-check': `${import.meta.dirname}/scripts/same-draws.ts` }

export default defineConfig({
  root: 'web',
  cacheDir: '../node_modules/.vite',
  // light-dark() stays as it is written, here and in cssTarget: rewritten for older browsers it can't differ within a page.
  plugins: [react(), tailwindcss({ optimize: false })],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox128', 'safari17.5'],
    manifest: true,
    chunkSizeWarningLimit: 8000, // the code editor is one chunk, loaded only with a code step
  },
  test: {
    projects: [
      {
        test: {
          name: 'node',
          root: import.meta.dirname,
          alias: sameDraws,
          include: ['{shared,engine,connectors,server,scripts,bench}/**/*.test.ts'],
          exclude: ['engine/code/hostile/**'],
          environment: 'node',
          // For machines many times slower than ours, with others at work beside us: how soon a test holds says nothing.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          expect: { poll: { timeout: 120_000 } },
          globalSetup: ['scripts/test-database-setup.ts'],
        },
      },
      {
        // One file a program; they share a process and its sandbox, or starting those would take longer than they do.
        test: {
          name: 'hostile',
          root: import.meta.dirname,
          include: ['engine/code/hostile/**/*.test.ts'],
          environment: 'node',
          isolate: false,
          testTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'web',
          root: import.meta.dirname,
          alias: sameDraws,
          include: ['web/**/*.test.{ts,tsx}'],
          environment: 'node',
          testTimeout: 300_000,
        },
      },
    ],
  },
})
